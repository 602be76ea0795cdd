package gobuild

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// offline makes sure that nothing is downloaded, and that a developer's
// environment has no effect.
func offline(t *testing.T) {
	t.Helper()
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOFLAGS", "-mod=mod")
}

// writeTree writes files, given by slash-separated paths, into a new folder.
func writeTree(t *testing.T, files map[string]string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	for name, text := range files {
		write(t, filepath.Join(root, filepath.FromSlash(name)), text)
	}
	return root
}

func write(t *testing.T, file, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
}

const goMod = "module example.com/app\n\ngo 1.24\n"

// says returns a main package that prints a word.
func says(word string) string {
	return "package main\n\nfunc main() { println(\"" + word + "\") }\n"
}

// watch returns a Builder that counts what its go commands do.
type watch struct {
	*Builder
	mu           sync.Mutex
	links, calls int
}

func newWatch(outDir string) *watch {
	w := &watch{Builder: NewBuilder(outDir)}
	run := w.run
	w.run = func(cmd *exec.Cmd) ([]byte, error) {
		cmd.Args = append([]string{"go", "build", "-C", cmd.Args[3], "-x"}, cmd.Args[4:]...)
		text, err := run(cmd)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.calls++
		w.links += bytes.Count(text, []byte("/link -o "))
		return text, err
	}
	return w
}

func mustOutput(t *testing.T, b *Binary) Output {
	t.Helper()
	out, err := b.Output()
	require.NoError(t, err)
	return out
}
