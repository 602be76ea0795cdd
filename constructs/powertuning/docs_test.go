package powertuning

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Required fields, which have no default.
var required = []string{"FleetProps.Tuners", "TuningTarget.Name", "TuningTarget.Functions", "TunedFunction.Function"}

// TestEveryOptionHasADefault walks the structs of this package that a user fills in.
func TestEveryOptionHasADefault(t *testing.T) {
	documented := map[string]string{}
	for _, file := range []string{"props.go", "target.go", "results.go", "notify.go", "schedule.go", "fleetprops.go"} {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok {
				for _, field := range s.Fields.List {
					for _, name := range field.Names {
						documented[spec.Name.Name+"."+name.Name] = field.Doc.Text()
					}
				}
			}
			return true
		})
	}
	for _, props := range []any{PowerTuningProps{}, AutoOptimize{}, CompareResponses{}, TuningTarget{}, TunedFunction{}, Results{}, AdviceAlarm{}, Schedule{}, FleetProps{}} {
		kind := reflect.TypeOf(props)
		for f := range kind.Fields() {
			field := kind.Name() + "." + f.Name
			t.Run(field, func(t *testing.T) {
				said, after, found := strings.Cut(documented[field], "\n\nDefault: ")
				require.NotEmpty(t, said, "what it does")
				if slices.Contains(required, field) {
					require.False(t, found, "it is required")
					return
				}
				require.True(t, found, "Default:")
				require.NotEmpty(t, after)
			})
		}
	}
}
