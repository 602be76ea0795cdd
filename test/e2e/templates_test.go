package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/demostack"
)

// testTemplates has cfn-lint judge every template of the deployed assembly. A cycle between a
// state machine and the Lambdas it calls is one of the errors that the CDK does not see.
func testTemplates(ctx context.Context, t *testing.T, s *demostack.Stack) {
	entries, err := os.ReadDir(s.Emulator.AssemblyDir())
	require.NoError(t, err)
	args := []string{"--regions", "us-east-1", "--non-zero-exit-code", "error"}
	nested := 0
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), ".template.json") {
			args = append(args, filepath.Join(s.Emulator.AssemblyDir(), entry.Name()))
		}
		if strings.HasSuffix(entry.Name(), ".nested.template.json") {
			nested++
		}
	}
	require.Positive(t, nested, "the tuning stack is a nested one")
	output, err := exec.CommandContext(ctx, program("cfn-lint"), args...).CombinedOutput()
	require.NoError(t, err, "cfn-lint says:\n%s", output)
}
