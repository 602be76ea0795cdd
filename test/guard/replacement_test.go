package guard

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/loss"
)

// The table of what replaces a resource is that of the installed cfn-lint.
func TestReplacementsAreThoseOfCfnLint(t *testing.T) {
	file := filepath.Join(t.TempDir(), "replacement.txt")
	generate := exec.Command("go", "run", "generate.go", file)
	generate.Dir = filepath.Join("..", "..", "internal", "loss")
	output, err := generate.CombinedOutput()
	require.NoError(t, err, "%s", output)
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	got, err := os.ReadFile(filepath.Join(generate.Dir, "replacement.txt"))
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "write it anew: go generate ./internal/loss")
	var schemas struct {
		Date string `json:"schema_date"`
	}
	readJSON(t, cfnLint(t, "schemas", "version.json"), &schemas)
	require.Equal(t, loss.AsOf, schemas.Date[:len(loss.AsOf)], "renew the date in internal/loss/replacement.go and docs/adopt-command.md")
}
