package guard

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdaruntime"
)

// lifecycle is what cfn-lint knows of a runtime's end.
type lifecycle struct {
	Deprecated    string
	CreateBlocked string `json:"create-block"`
	UpdateBlocked string `json:"update-block"`
	Successor     string
}

// The runtimes that must differ from cfn-lint's data, each with the reason.
var (
	unknownToTheTable = map[string]string{
		"dotnet9": "it is there for container images only, which have no runtime",
	}
	withoutALifecycle = map[string]string{
		"nodejs26.x":    "a preview, whose end AWS has not scheduled",
		"python3.15":    "a preview, whose end AWS has not scheduled",
		"java8.al2023":  "newer than cfn-lint's list of ends; the dates are those of the Lambda developer guide",
		"java11.al2023": "newer than cfn-lint's list of ends; the dates are those of the Lambda developer guide",
		"java17.al2023": "newer than cfn-lint's list of ends; the dates are those of the Lambda developer guide",
	}
)

// The table of runtimes and that of the installed cfn-lint say the same: names, dates and the advice.
func TestRuntimesAreThoseOfCfnLint(t *testing.T) {
	var ends map[string]lifecycle
	readJSON(t, cfnLint(t, "AdditionalSpecs", "LmbdRuntimeLifecycle.json"), &ends)
	require.NotEmpty(t, ends)
	today, err := time.Parse(time.DateOnly, lambdaruntime.AsOf)
	require.NoError(t, err)
	for name, want := range ends {
		found, known := lambdaruntime.Find(name)
		if _, excepted := unknownToTheTable[name]; excepted {
			require.False(t, known, "%s is in the table; take it out of the exceptions", name)
			continue
		}
		require.True(t, known, "cfn-lint knows %s; add it to internal/lambdaruntime", name)
		require.Equal(t, want, lifecycle{found.Deprecated, found.CreateBlocked, found.UpdateBlocked, want.Successor}, name)
		if want.Successor != "" && found.IsDeprecated(today) {
			require.Equal(t, want.Successor, lambdaruntime.Replace(name, today).Newest, "instead of %s", name)
		}
	}
	for _, r := range lambdaruntime.All() {
		_, known := ends[r.Name]
		_, excepted := withoutALifecycle[r.Name]
		require.NotEqual(t, known, excepted, "%s: cfn-lint has to know it, or the exceptions here, and not both", r.Name)
	}
}

// Both know the same names; CloudFormation's schema lists what a template may name.
func TestRuntimesAreThoseOfCloudFormation(t *testing.T) {
	var resources map[string]string
	readJSON(t, cfnLint(t, "schemas", "providers", "us-east-1.json"), &resources)
	var schema struct {
		Properties struct{ Runtime struct{ Enum []string } }
	}
	readJSON(t, cfnLint(t, "schemas", "resources", resources["AWS::Lambda::Function"]+".json"), &schema)
	var own []string
	for _, r := range lambdaruntime.All() {
		own = append(own, r.Name)
	}
	require.ElementsMatch(t, own, schema.Properties.Runtime.Enum)
	require.False(t, slices.Contains(own, lambdaruntime.Custom), "a customer-managed runtime is no row of the table")
}

// cfnLint returns a file of the installed cfn-lint's data.
func cfnLint(t *testing.T, path ...string) string {
	t.Helper()
	pattern := filepath.Join(append([]string{"..", "..", ".venv", "lib", "python3*", "site-packages", "cfnlint", "data"}, path...)...)
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.Len(t, files, 1, "%s: run make test-guard, which installs cfn-lint", pattern)
	return files[0]
}

func readJSON(t *testing.T, file string, into any) {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, into))
}
