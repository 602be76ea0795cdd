package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/binarchtest"
	"github.com/dualarch/dualarch/internal/guard"
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
	require.Contains(t, stdout, "\n  and 7 more: --verbose lists all\n")
	require.Equal(t, maxRows, strings.Count(stdout, "\n  error "))
	_, stdout, _ = dualarch(t, "check", "--arch", "arm64", "--verbose", "fn")
	require.Equal(t, maxRows+7, strings.Count(stdout, "\n  error "))
	require.NotContains(t, stdout, " more: ")
}

// The files of a package are one line, and each a line of its own with --verbose.
func TestAPackageIsOneLine(t *testing.T) {
	finding := func(path, origin, reason string, severity binarch.Severity) binarch.Finding {
		return binarch.Finding{
			Rule: binarch.WrongArchitecture, Severity: severity, Path: path, Origin: origin, BuiltFor: "x86_64 Linux", DeployedTo: "arm64 python3.14", Reason: reason, Remedy: "pip",
		}
	}
	r := result{subject: subject{name: "fn", files: guard.Package{Path: "fn"}}, Report: binarch.Report{Files: 6, Native: 6, Findings: []binarch.Finding{
		finding("bin/a", "", "it cannot be executed there", binarch.Error),
		finding("bin/b", "", "it cannot be executed there", binarch.Error),
		finding("lib/numpy/a.so", "lib/numpy-2.3.4.dist-info", "it cannot be loaded there", binarch.Error),
		finding("lib/numpy/b.so", "lib/numpy-2.3.4.dist-info", "it cannot be loaded there", binarch.Error),
		finding("lib/numpy/c.so", "lib/numpy-2.3.4.dist-info", "it cannot be executed there", binarch.Error),
		finding("node_modules/\x1b/x.node", "node_modules/\x1b", "it cannot be loaded there", binarch.Warning),
		finding("node_modules/\x1b/y.node", "node_modules/\x1b", "it cannot be loaded there", binarch.Warning),
		finding("lib/numpy/d.o", "lib/numpy-2.3.4.dist-info", "it is only there to be linked, nothing runs it", binarch.Info),
	}}}
	table := func(verbose bool) string {
		var b strings.Builder
		require.NoError(t, writeTable(&b, []result{r}, verbose))
		return b.String()
	}
	require.Equal(t, `fn: 6 files, 0 B, 6 native
  SEVERITY  FILE                           BUILT FOR     DEPLOYED TO       REASON
  error     bin/a                          x86_64 Linux  arm64 python3.14  it cannot be executed there
  error     bin/b                          x86_64 Linux  arm64 python3.14  it cannot be executed there
  error     lib/numpy 2.3.4 (3 files)      x86_64 Linux  arm64 python3.14  it cannot be loaded there, and 1 other reason
  warning   node_modules/\u001b (2 files)  x86_64 Linux  arm64 python3.14  it cannot be loaded there
  and 1 file for information: --verbose lists them
  What to do:
  - 7 findings: pip

5 errors, 2 warnings
`, table(false))
	verbose := table(true)
	require.Contains(t, verbose, "\n  error     lib/numpy/b.so          ")
	require.Contains(t, verbose, "\n  info      lib/numpy/d.o           ")
	require.Contains(t, verbose, "\n  warning   node_modules/\\u001b/y.node  ")
	require.NotContains(t, verbose, "files)")
}

func TestUnreadableIsAWarning(t *testing.T) {
	inFolder(t, map[string]string{"a.so": "\x7fELF", "b/a.a": "!<arch>\n", "b/x.exe": "MZ"})
	status, stdout, _ := dualarch(t, "check", "a.so", "b")
	require.Zero(t, status)
	require.Contains(t, stdout, "  warning   a.so                          could not be read: ELF header: the file ends inside it\n")
	require.Contains(t, stdout, "\n0 errors, 1 warning\n")
}
