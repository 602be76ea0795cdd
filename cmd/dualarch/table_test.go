package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarchtest"
)

func TestTable(t *testing.T) {
	inFolder(t, map[string]string{"fn/bootstrap": binarchtest.Program(t, x86), "fn/lib/\x1b[31mred": binarchtest.Program(t, x86), "fn/a.exe/x": "text"})
	status, stdout, stderr := dualarch(t, "check", "fn")
	require.Equal(t, exitFound, status)
	require.Empty(t, stderr)
	require.Equal(t, `fn: 3 files, 132 B, 2 native
  SEVERITY  FILE               BUILT FOR     DEPLOYED TO  REASON
  error     bootstrap          x86_64 Linux  arm64        it cannot be executed there
  error     lib/\u001b[31mred  x86_64 Linux  arm64        it cannot be executed there
  What to do:
  - 2 findings: compile it with aarch64-linux-gnu-gcc, clang --target=aarch64-linux-gnu or, from Rust, --target aarch64-unknown-linux-gnu

2 errors, 0 warnings
`, stdout)

	status, stdout, _ = dualarch(t, "check", "--arch", "x86_64", "--runtime", "provided.al2023", "fn")
	require.Zero(t, status)
	require.Equal(t, "fn: 3 files, 132 B, 2 native\n  everything runs on x86_64 provided.al2023\n\n0 errors, 0 warnings\n", stdout)
}

func TestTableOfManyIsCut(t *testing.T) {
	files := map[string]string{}
	for i := range maxRows + 7 {
		files["fn/"+strings.Repeat("p", i+1)] = binarchtest.Program(t, x86)
	}
	inFolder(t, files)
	_, stdout, _ := dualarch(t, "check", "--arch", "arm64", "fn")
	require.Contains(t, stdout, "\n  and 7 more: --json lists all\n")
}

func TestUnreadableIsAWarning(t *testing.T) {
	inFolder(t, map[string]string{"a.so": "\x7fELF", "b/a.a": "!<arch>\n", "b/x.exe": "MZ"})
	status, stdout, _ := dualarch(t, "check", "a.so", "b")
	require.Zero(t, status)
	require.Contains(t, stdout, "  warning   a.so                          could not be read: ELF header: the file ends inside it\n")
	require.Contains(t, stdout, "\n0 errors, 1 warning\n")
}
