package house

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

// The versions in README.md and the pages are those that are required and
// tested.
func TestPagesNameTheVersionsThatAreTested(t *testing.T) {
	read := func(file string) string {
		content, err := os.ReadFile("../../" + file)
		require.NoError(t, err)
		return string(content)
	}
	requirements, err := modfile.Parse("go.mod", []byte(read("go.mod")), nil)
	require.NoError(t, err)
	var oldest string
	for _, require := range requirements.Require {
		if require.Mod.Path == "github.com/aws/aws-cdk-go/awscdk/v2" {
			oldest = require.Mod.Version
		}
	}
	require.NotEmpty(t, oldest)
	newest := strings.TrimSpace(read("test/consumer/newest-cdk"))
	var npm struct{ DevDependencies map[string]string }
	require.NoError(t, json.Unmarshal([]byte(read("package.json")), &npm))

	readme, started := read("README.md"), read("docs/getting-started.md")
	for _, page := range []string{readme, started} {
		require.Contains(t, page, "```sh\ngo get github.com/dualarch/dualarch\n```\n")
	}
	require.Contains(t, readme, oldest+" or newer; it is tested with "+oldest+" and "+newest+"\n")
	for what, versions := range map[string][2]string{
		"Go": {strings.TrimSuffix(requirements.Go.Version, ".0") + " or newer", strings.TrimSuffix(requirements.Go.Version, ".0")},
		"CDK: `github.com/aws/aws-cdk-go/awscdk/v2`": {oldest + " or newer", oldest + " and " + newest + ", which give the same templates"},
		"CDK CLI: npm's `aws-cdk`":                   {"one that reads what that CDK writes; an older one stops and names the version", npm.DevDependencies["aws-cdk"]},
		"Node.js, on which both run":                 {npm.DevDependencies["node"] + " or newer", npm.DevDependencies["node"]},
	} {
		require.Contains(t, started, "| "+what+" | "+versions[0]+" | "+versions[1]+" |\n")
	}
	require.Contains(t, started, "`go get github.com/aws/aws-cdk-go/awscdk/v2@"+newest+"`")
}
