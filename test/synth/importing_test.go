package synth

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/figures"
)

// before is the commit that imports are compared with.
const before = "86f311082a53dcb0501d18a6a8952fe83ef05b5d"

// BenchmarkImporting measures what an app with one DualArchFunction costs to build, now and at an old commit: its
// packages, the processor time of the first build with a build cache that holds the standard library, and how long a
// build takes after an edit of the app.
func BenchmarkImporting(b *testing.B) {
	if b.N > 1 {
		return // it was measured, whatever -benchtime says
	}
	root, err := filepath.Abs("../..")
	require.NoError(b, err)
	const app = "./test/synth/onefunction"
	text, err := os.ReadFile(filepath.Join(root, app, "main.go"))
	require.NoError(b, err)
	old := filepath.Join(b.TempDir(), "before")
	runProgram(b, root, "git", "clone", "--quiet", "--no-checkout", root, old)
	runProgram(b, old, "git", "checkout", "--quiet", "--detach", before)
	require.NoError(b, os.MkdirAll(filepath.Join(old, app), 0o755))
	require.NoError(b, os.WriteFile(filepath.Join(old, app, "main.go"), text, 0o644))

	standard := b.TempDir()
	goCommand(b, root, standard, "build", "std")
	type cost struct{ packages, cpu, edit float64 }
	measured := map[string]cost{}
	for _, dir := range []string{root, old} {
		cache := filepath.Join(b.TempDir(), "cache")
		require.NoError(b, os.CopyFS(cache, os.DirFS(standard)))
		program := filepath.Join(b.TempDir(), "app")
		c := cost{packages: float64(strings.Count(goCommand(b, dir, cache, "list", "-deps", app).output, "\n"))}
		c.cpu = goCommand(b, dir, cache, "build", "-buildvcs=false", "-o", program, app).cpu
		var edits []float64
		for i := range 5 {
			edited := filepath.Join(b.TempDir(), "main.go")
			require.NoError(b, os.WriteFile(edited, append(slices.Clip(text), strings.Repeat("\n\nvar _ = 1", i+1)...), 0o644))
			overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(dir, app, "main.go"): edited}})
			require.NoError(b, err)
			file := filepath.Join(b.TempDir(), "overlay.json")
			require.NoError(b, os.WriteFile(file, overlay, 0o644))
			edits = append(edits, goCommand(b, dir, cache, "build", "-buildvcs=false", "-overlay", file, "-o", program, app).seconds)
		}
		slices.Sort(edits)
		c.edit = edits[len(edits)/2]
		measured[dir] = c
	}
	now, then := measured[root], measured[old]
	figures.Report(b, "import.packages", now.packages, "packages")
	figures.Report(b, "import.packages.before", then.packages, "packages")
	figures.Report(b, "import.build_cpu", now.cpu, "s")
	figures.Report(b, "import.build_cpu_ratio", now.cpu/then.cpu, "ratio")
	figures.Report(b, "import.edit", now.edit, "s")
	figures.Report(b, "import.edit_ratio", now.edit/then.edit, "ratio")
}

// finished is a go command that has ended.
type finished struct {
	output       string
	cpu, seconds float64 // of it and all that it has started
}

func goCommand(b *testing.B, dir, cache string, args ...string) finished {
	b.Helper()
	command := exec.Command("go", args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOCACHE="+cache, "GOFLAGS=")
	begin := time.Now()
	output, err := command.Output()
	seconds := time.Since(begin).Seconds()
	require.NoError(b, err, "%s %s", command, output)
	return finished{string(output), (command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds(), seconds}
}
