package gofiles

import (
	"go/build"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Files, and whether they belong to a build, by go/build itself.
func TestLikeTheGoCommand(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"plain.go": "package p\n", "a_linux.go": "package p\n", "a_darwin.go": "package p\n", "a_amd64.go": "package p\n", "a_arm64.go": "package p\n",
		"a_linux_arm64.go": "package p\n", "a_windows_arm64.go": "package p\n", "linux.go": "package p\n", "amd64.go": "package p\n",
		"a_linux_test.go": "package p\n", "a_darwin_test.go": "package p\n", "a_test.go": "package p\n", "a_unix.go": "package p\n",
		"b.go": "//go:build arm64\n\npackage p\n", "c.go": "// A comment.\n\n//go:build !arm64 && linux\n\npackage p\n",
		"d.go": "//go:build cgo\n\npackage p\n", "e.go": "//go:build !cgo\n\npackage p\n", "f.go": "//go:build own\n\npackage p\n",
		"g.go": "//go:build go1.18 && !go1.999\n\npackage p\n", "h.go": "//go:build ignore\n\npackage main\n", "i.go": "//go:build unix || windows\n\npackage p\n",
		"j.go": "package p\n\n//go:build ignore\n", "k.go": "//go:build gc && amd64.v1\n\npackage p\n", "l.go": "/* A comment. */\n//go:build arm64.v8.0\n\npackage p\n",
		"c1.go": "package p\n\nimport \"C\"\n", "c2.go": "//go:build cgo\n\npackage p\n\nimport \"C\"\n", "c3_darwin.go": "package p\n\nimport \"C\"\n",
		"doc.go": "package documentation\n", "_x.go": "package p\n", ".y.go": "package p\n", "z.txt": "", "a_riscv64.go": "package p\n", "a_linux_x.go": "package p\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	for _, b := range []Build{{GOARCH: "amd64"}, {GOARCH: "arm64"}, {GOARCH: "amd64", Cgo: true}, {GOARCH: "arm64", Tags: []string{"own"}}} {
		ctx := build.Default
		ctx.GOOS, ctx.GOARCH, ctx.CgoEnabled, ctx.BuildTags = "linux", b.GOARCH, b.Cgo, b.Tags
		ctx.ToolTags = []string{map[string]string{"amd64": "amd64.v1", "arm64": "arm64.v8.0"}[b.GOARCH]}
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		for _, entry := range entries {
			if !strings.HasSuffix(entry.Name(), ".go") || entry.Name()[0] == '_' || entry.Name()[0] == '.' {
				continue
			}
			want, err := ctx.MatchFile(dir, entry.Name())
			require.NoError(t, err)
			got, err := b.Matches(filepath.Join(dir, entry.Name()))
			require.NoError(t, err)
			require.Equal(t, want, got, "%s for %+v", entry.Name(), b)
		}
		found, err := Read(dir, b)
		require.NoError(t, err)
		ctx.CgoEnabled = true
		pkg, err := ctx.ImportDir(dir, 0)
		require.NoError(t, err)
		if b.Cgo {
			require.Equal(t, pkg.GoFiles, found.GoFiles)
			require.Equal(t, pkg.CgoFiles, found.CgoFiles)
			require.Equal(t, pkg.IgnoredGoFiles, found.Ignored)
		}
		require.Equal(t, pkg.Name, found.Package)
	}
	_, err := Read(filepath.Join(dir, "nowhere"), Build{})
	require.ErrorIs(t, err, os.ErrNotExist)
}

// A file with an error in it belongs to the build: the compiler says what is wrong with it.
func TestWhatIsNoGo(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.go"), []byte("pakage main\n"), 0o600))
	found, err := Read(dir, Build{GOARCH: "arm64"})
	require.NoError(t, err)
	require.Equal(t, Folder{GoFiles: []string{"a.go"}}, found)
}
