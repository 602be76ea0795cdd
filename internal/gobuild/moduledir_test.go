package gobuild

import (
	"archive/zip"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

// proxy serves one version of example.com/lib from a folder, which GOPROXY may
// name, and makes an empty module cache.
func proxy(t *testing.T, files map[string]string) {
	t.Helper()
	root := t.TempDir()
	versions := filepath.Join(root, "example.com", "lib", "@v")
	write(t, filepath.Join(versions, "list"), "v1.0.0\n")
	write(t, filepath.Join(versions, "v1.0.0.info"), `{"Version":"v1.0.0","Time":"2026-01-02T03:04:05Z"}`)
	write(t, filepath.Join(versions, "v1.0.0.mod"), files["go.mod"])
	archive, err := os.Create(filepath.Join(versions, "v1.0.0.zip"))
	require.NoError(t, err)
	w := zip.NewWriter(archive)
	for name, text := range files {
		entry, err := w.Create("example.com/lib@v1.0.0/" + name)
		require.NoError(t, err)
		_, err = entry.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, archive.Close())

	cache := t.TempDir()
	t.Cleanup(func() { // the go command makes its module cache read-only
		require.NoError(t, filepath.WalkDir(cache, func(path string, _ os.DirEntry, _ error) error {
			return os.Chmod(path, 0o755)
		}))
	})
	t.Setenv("GOMODCACHE", cache)
	t.Setenv("GOPROXY", "file://"+root)
	t.Setenv("GONOSUMDB", "*")
	t.Setenv("GOFLAGS", "")
}

func libFiles() map[string]string {
	return map[string]string{
		"go.mod":       "module example.com/lib\n\ngo 1.24\n",
		"lib.go":       "package lib\n\nconst Word = \"lib\"\n",
		"tool/main.go": "package main\n\nimport \"example.com/lib\"\n\nfunc main() { println(lib.Word) }\n",
	}
}

const app = "package main\n\nimport \"example.com/lib\"\n\nfunc main() { println(lib.Word) }\n"

// However an app depends on a module, the module's main packages come out the
// same.
func TestModuleDirLeadsToTheSameBinaryFromEveryKindOfApp(t *testing.T) {
	proxy(t, libFiles())
	lib := writeTree(t, libFiles())
	mod := goMod + "\nrequire example.com/lib v1.0.0\n"
	info := &debug.BuildInfo{Deps: []*debug.Module{{Path: "example.com/lib", Version: "v1.0.0"}}}

	cached := writeTree(t, map[string]string{"go.mod": mod, "main.go": app})
	_, err := goOutput(cached, "mod", "download", "example.com/lib@v1.0.0")
	require.NoError(t, err)
	replaced := writeTree(t, map[string]string{"go.mod": mod + "\nreplace example.com/lib => " + lib + "\n", "main.go": app})
	workspace := writeTree(t, map[string]string{
		"go.work": "go 1.24\n\nuse ./app\nuse " + lib + "\n", "app/go.mod": mod, "app/main.go": app,
	})
	vendoring := writeTree(t, map[string]string{
		"go.mod": mod, "main.go": app, "vendor/example.com/lib/lib.go": libFiles()["lib.go"],
		"vendor/modules.txt": "# example.com/lib v1.0.0\n## explicit; go 1.24\nexample.com/lib\n",
	})
	elsewhere := t.TempDir()

	inCache := filepath.Join(os.Getenv("GOMODCACHE"), "example.com", "lib@v1.0.0")
	var first Output
	for _, test := range []struct {
		name, workDir, want string
	}{
		{"module cache", cached, inCache},
		{"replaced", replaced, lib},
		{"workspace", filepath.Join(workspace, "app"), lib},
		{"vendored", vendoring, inCache},
		{"compiled and run elsewhere", elsewhere, inCache},
		{"the module itself", lib, lib},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir, err := moduleDir(test.workDir, "example.com/lib", info)
			require.NoError(t, err)
			require.Equal(t, test.want, dir)
			out := mustOutput(t, NewBuilder(t.TempDir()).Register(Spec{Dir: filepath.Join(dir, "tool"), GOARCH: "arm64"}))
			if first.SHA256 == "" {
				first = out
			}
			require.Equal(t, first.SHA256, out.SHA256)
		})
	}
}

func TestModuleDirDownloadsTheVersionThatWasCompiledIn(t *testing.T) {
	proxy(t, libFiles())
	t.Chdir(t.TempDir())
	deps := func(m debug.Module) *debug.BuildInfo { return &debug.BuildInfo{Deps: []*debug.Module{&m}} }

	dir, err := moduleDir("", "example.com/lib", deps(debug.Module{Path: "example.com/lib", Version: "v1.0.0"}))
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(dir, "tool", "main.go"))

	fork := deps(debug.Module{Path: "example.com/origin", Version: "v9.9.9", Replace: &debug.Module{Path: "example.com/lib", Version: "v1.0.0"}})
	again, err := moduleDir("", "example.com/origin", fork)
	require.NoError(t, err)
	require.Equal(t, dir, again)

	for _, version := range []string{"", "(devel)"} { // the go command writes the latter
		local := deps(debug.Module{Path: "example.com/lib", Version: "v1.0.0", Replace: &debug.Module{Path: dir, Version: version}})
		again, err = moduleDir("", "example.com/lib", local)
		require.NoError(t, err)
		require.Equal(t, dir, again)
	}
}

func TestModuleDirSaysWhatToDo(t *testing.T) {
	proxy(t, libFiles())
	t.Chdir(t.TempDir())
	const head = "the sources of example.com/lib were not found:\n"
	const noList = "go list -mod=readonly -m -f {{.Dir}} example.com/lib: exit status 1: go: cannot match \"example.com/lib\" without -versions or an explicit version: go.mod file not found in current directory or any parent directory; see 'go help modules'\n"
	const tail = "\nRun the app in the folder of its go.mod; the first synthesis needs a module proxy (go help goproxy)"
	lib := func(m debug.Module) *debug.BuildInfo {
		m.Path = "example.com/lib"
		return &debug.BuildInfo{Deps: []*debug.Module{&m}}
	}
	tests := map[string]struct {
		info *debug.BuildInfo
		want string
	}{
		"no build information": {nil, "the program has no build information"},
		"no dependency":        {&debug.BuildInfo{}, "the program's build information does not name it as a dependency"},
		"folder gone": {lib(debug.Module{Replace: &debug.Module{Path: "../lib"}}),
			"the program was compiled with example.com/lib from the folder ../lib, which is not there"},
		"other content": {lib(debug.Module{Version: "v1.0.0", Sum: "h1:other="}),
			"example.com/lib@v1.0.0 was compiled in with the checksum h1:other=, but the download has h1:"},
		"not on the proxy": {lib(debug.Module{Version: "v1.0.1"}),
			"go mod download -json example.com/lib@v1.0.1: exit status 1: "},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := moduleDir("", "example.com/lib", test.info)
			require.ErrorContains(t, err, head+noList+test.want)
			require.ErrorContains(t, err, tail)
		})
	}

	// An app that vendors: go list answers, but knows no folder.
	t.Setenv("GOPROXY", "off")
	vendoring := writeTree(t, map[string]string{
		"go.mod":             goMod + "\nrequire example.com/gone v1.0.0\n",
		"vendor/modules.txt": "# example.com/gone v1.0.0\n## explicit\n",
	})
	_, err := moduleDir(vendoring, "example.com/gone", nil)
	require.ErrorContains(t, err, "module lookup disabled by GOPROXY=off")
	require.ErrorContains(t, err, tail)
}
