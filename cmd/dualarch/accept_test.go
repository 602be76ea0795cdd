package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarchtest"
)

func TestAccepted(t *testing.T) {
	inFolder(t, map[string]string{"fn/bin/tool": binarchtest.Program(t, x86), "fn/lib/a.so": binarchtest.Program(t, x86)})
	args := []string{"check", "--arch", "arm64", "--accept", "bin/**=only run on laptops", "fn"}
	status, stdout, stderr := dualarch(t, args...)
	require.Equal(t, exitFound, status)
	require.Empty(t, stderr)
	require.Equal(t, `fn: 2 files, 128 B, 2 native
  SEVERITY  FILE      BUILT FOR     DEPLOYED TO  REASON
  error     lib/a.so  x86_64 Linux  arm64        it cannot be executed there
  accepted  bin/tool for arm64: only run on laptops
  What to do:
  - 1 finding: compile it with aarch64-linux-gnu-gcc, clang --target=aarch64-linux-gnu or, from Rust, --target aarch64-unknown-linux-gnu

1 error, 0 warnings
`, stdout)
	_, stdout, _ = dualarch(t, append(args, "--json")...)
	require.Contains(t, stdout, `"accepted": "only run on laptops"`)
	_, stdout, _ = dualarch(t, append(args, "--sarif")...)
	require.Contains(t, stdout, `"justification": "only run on laptops"`)

	status, stdout, stderr = dualarch(t, "check", "--arch", "arm64", "--accept", "**/{tool,a.so}=both", "--accept", "gone.so=old", "fn")
	require.Zero(t, status)
	require.Contains(t, stdout, "\n0 errors, 0 warnings\n")
	require.NotContains(t, stdout, "everything runs")
	require.Equal(t, "dualarch: warning: \"gone.so\" is accepted (old), and the guard finds nothing there; take the acceptance out, or mend its path\n", stderr)
}
