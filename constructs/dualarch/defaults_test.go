package dualarch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every property says what it is when it is left out.
func TestEveryPropertyStatesItsDefault(t *testing.T) {
	required := map[string]bool{"DualArchFunctionProps.Code": true}
	fields := 0
	for name, field := range propertyFields(t) {
		fields++
		if required[name] {
			require.Contains(t, field.Doc.Text(), "Required.", name)
			continue
		}
		require.Regexp(t, `(?m)^Default: \S`, field.Doc.Text(), name)
	}
	require.Greater(t, fields, 20, "the test found too few properties to be looking at the right files")
}

// propertyFields are the fields of all exported structs whose name ends with
// Props or Options.
func propertyFields(t *testing.T) map[string]*ast.Field {
	t.Helper()
	fields := map[string]*ast.Field{}
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), entry.Name(), nil, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(file, func(node ast.Node) bool {
			spec, ok := node.(*ast.TypeSpec)
			if !ok || !ast.IsExported(spec.Name.Name) {
				return true
			}
			structure, ok := spec.Type.(*ast.StructType)
			if !ok || !strings.HasSuffix(spec.Name.Name, "Props") && !strings.HasSuffix(spec.Name.Name, "Options") {
				return true
			}
			for _, field := range structure.Fields.List {
				fields[spec.Name.Name+"."+field.Names[0].Name] = field
			}
			return true
		})
	}
	return fields
}
