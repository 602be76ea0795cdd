package main

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The hook ends at once, with a reason, if it was not told what to do.
func TestSettingsAreRequired(t *testing.T) {
	program := filepath.Join(t.TempDir(), "deploymentcheck")
	output, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, "%s", output)
	hook := exec.Command(program)
	hook.Env = []string{"AWS_REGION=us-east-1", "DUALARCH_CHECK={"}
	output, err = hook.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(output), "panic: deploymentcheck: DUALARCH_CHECK cannot be read: unexpected end of JSON input")
}
