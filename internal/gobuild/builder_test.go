package gobuild

import (
	"debug/elf"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBinaryIsForItsArchitectureWhateverTheEnvironmentExports(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{"go.mod": goMod, "fn/main.go": says("fn")})
	b := NewBuilder(t.TempDir())
	spec := Spec{Dir: filepath.Join(root, "fn")}
	machines := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}
	plain := map[string]Output{}
	for arch, machine := range machines {
		spec.GOARCH = arch
		out := mustOutput(t, b.Register(spec))
		plain[arch] = out
		require.Equal(t, out.SHA256, filepath.Base(out.Dir))

		file, err := elf.Open(filepath.Join(out.Dir, "bootstrap"))
		require.NoError(t, err)
		require.Equal(t, machine, file.Machine)
		require.Nil(t, file.Section(".interp"), "static: no C library of the runtime is needed")
		require.NoError(t, file.Close())

		info, err := os.Stat(filepath.Join(out.Dir, "bootstrap"))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o755), info.Mode())
	}

	for key, value := range map[string]string{
		"GOOS": "windows", "GOARCH": "riscv64", "GOAMD64": "v3", "GOARM64": "v9.0", "CGO_ENABLED": "1",
		"GOFLAGS": "-tags=other -gcflags=-N", "GOWORK": filepath.Join(root, "none", "go.work"),
		"GO111MODULE": "off", "GOEXPERIMENT": "nosuch", "GOFIPS140": "latest", "GO_EXTLINK_ENABLED": "1",
	} {
		t.Setenv(key, value)
	}
	other := NewBuilder(t.TempDir())
	for arch := range machines {
		spec.GOARCH = arch
		require.Equal(t, plain[arch].SHA256, mustOutput(t, other.Register(spec)).SHA256, arch)
	}
}

func TestTagsLdflagsAndEnvReachTheBuild(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{
		"go.mod":     goMod,
		"main.go":    "package main\n\nvar version = \"none\"\n\nfunc main() { println(version, edition) }\n",
		"plain.go":   "//go:build !pro\n\npackage main\n\nconst edition = \"plain edition\"\n",
		"pro.go":     "//go:build pro\n\npackage main\n\nconst edition = \"pro edition\"\n",
		"norpc.go":   "//go:build lambda.norpc\n\npackage main\n\nfunc init() { println(\"no rpc\") }\n",
		"sub/sub.go": "package sub\n",
	})
	b := NewBuilder(t.TempDir())
	content := func(s Spec) string {
		s.Dir, s.GOARCH = root, "amd64"
		out := mustOutput(t, b.Register(s))
		text, err := os.ReadFile(filepath.Join(out.Dir, "bootstrap"))
		require.NoError(t, err)
		return string(text)
	}
	plain := content(Spec{})
	require.Contains(t, plain, "plain edition")
	require.Contains(t, plain, "no rpc")
	require.NotContains(t, plain, "pro edition")
	require.NotContains(t, plain, "GOFIPS140")

	pro := content(Spec{
		Tags:    []string{"pro"},
		Ldflags: []string{"-X", "'main.version=of the spec'"},
		Env:     map[string]string{"GOFIPS140": "latest"},
	})
	require.Contains(t, pro, "pro edition")
	require.Contains(t, pro, "of the spec")
	require.Contains(t, pro, "GOFIPS140=latest", "in the build information")
}

func TestTheSameSourceGivesTheSameBytesInAnyFolder(t *testing.T) {
	offline(t)
	files := map[string]string{"go.mod": goMod, "fn/main.go": says("fn")}
	one, two, store := writeTree(t, files), writeTree(t, files), t.TempDir()
	build := func(root string) Output {
		return mustOutput(t, NewBuilder(store).Register(Spec{Dir: filepath.Join(root, "fn"), GOARCH: "arm64"}))
	}
	first := build(one)
	require.Equal(t, first, build(two))

	// Same path, size and time: only a byte differs.
	file := filepath.Join(one, "fn", "main.go")
	before, err := os.Stat(file)
	require.NoError(t, err)
	write(t, file, says("fm"))
	require.NoError(t, os.Chtimes(file, before.ModTime(), before.ModTime()))
	changed := build(one)
	require.NotEqual(t, first.SHA256, changed.SHA256)
	require.Equal(t, fileTime(t, first).Size(), fileTime(t, changed).Size())

	write(t, file, says("fn"))
	require.Equal(t, first, build(one))
}

func fileTime(t *testing.T, out Output) os.FileInfo {
	t.Helper()
	info, err := os.Stat(filepath.Join(out.Dir, "bootstrap"))
	require.NoError(t, err)
	return info
}

func TestOnlyWhatChangedIsLinkedAgain(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{"go.mod": goMod, "a/main.go": says("a"), "b/main.go": says("b")})
	store := t.TempDir()
	build := func() (w *watch, a, b Output) {
		w = newWatch(store)
		binA := w.Register(Spec{Dir: filepath.Join(root, "a"), GOARCH: "arm64"})
		binB := w.Register(Spec{Dir: filepath.Join(root, "b"), GOARCH: "arm64"})
		return w, mustOutput(t, binA), mustOutput(t, binB)
	}

	w, a1, b1 := build()
	require.Equal(t, 1, w.calls, "both packages in one go command")
	require.Equal(t, 2, w.links)
	a1Info, b1Info := fileTime(t, a1), fileTime(t, b1)

	w, a2, b2 := build()
	require.Equal(t, 0, w.links)
	require.Equal(t, []Output{a1, b1}, []Output{a2, b2})

	write(t, filepath.Join(root, "a", "main.go"), says("A"))
	w, a3, b3 := build()
	require.Equal(t, 1, w.links)
	require.NotEqual(t, a1, a3)
	require.Equal(t, b1, b3)

	for _, pair := range [][2]os.FileInfo{{a1Info, fileTime(t, a1)}, {b1Info, fileTime(t, b1)}} {
		require.True(t, os.SameFile(pair[0], pair[1]), "still the same inode")
		require.Equal(t, pair[0].ModTime(), pair[1].ModTime())
	}
	scratch, err := filepath.Glob(filepath.Join(store, "scratch-*"))
	require.NoError(t, err)
	require.Empty(t, scratch)
}

func TestRegisterGivesOneBinaryForOneSpec(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{"go.mod": goMod, "fn/main.go": says("fn")})
	t.Chdir(root)
	w := newWatch(t.TempDir())
	relative := w.Register(Spec{Dir: "fn", GOARCH: "amd64"})
	require.Same(t, relative, w.Register(Spec{Dir: filepath.Join(root, "fn"), GOARCH: "amd64"}))
	require.NotSame(t, relative, w.Register(Spec{Dir: "fn", GOARCH: "arm64"}))
	// The folder is resolved now, not when the build runs.
	t.Chdir(t.TempDir())
	mustOutput(t, relative)
	require.Equal(t, 2, w.calls, "one go command an architecture, all at the first Output")
}

func TestTheFolderForTheBinaries(t *testing.T) {
	t.Setenv(CacheDirEnv, "/from/the/environment")
	require.Equal(t, "/from/the/environment", newDefault().store.dir)

	t.Setenv(CacheDirEnv, "")
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	require.Equal(t, filepath.Join(cache, "dualarch", "bin"), newDefault().store.dir)

	root := writeTree(t, map[string]string{"go.mod": goMod, "fn/main.go": says("fn")})
	t.Setenv("XDG_CACHE_HOME", "relative")
	_, err = newDefault().Register(Spec{Dir: filepath.Join(root, "fn"), GOARCH: "amd64"}).Output()
	require.EqualError(t, err, "no folder for the binaries: path in $XDG_CACHE_HOME is relative; set DUALARCH_CACHE_DIR")
}

func TestRegisterIsProcessWide(t *testing.T) {
	spec := Spec{Dir: "fn", GOARCH: "arm64"}
	first := Register(spec)
	require.Same(t, first, Register(spec))
}

func TestPackagesOfOneFileNameDoNotCollide(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{
		"go.mod":         "module example.com/app/v2\n\ngo 1.24\n",
		"main.go":        says("the root"),
		"one/app/app.go": says("the first"),
		"two/app/app.go": says("the second"),
		"app/v3/app.go":  says("a major version"),
		"APP/app.go":     says("a shout"),
		"v2/app.go":      says("named after the module, too"),
		"other/other.go": says("another name"),
	})
	w := newWatch(t.TempDir())
	words := map[string]string{
		".": "the root", "one/app": "the first", "two/app": "the second", "app/v3": "a major version",
		"APP": "a shout", "v2": "named after the module, too", "other": "another name",
	}
	bins := map[string]*Binary{}
	for dir := range words {
		bins[dir] = w.Register(Spec{Dir: filepath.Join(root, dir), GOARCH: "amd64"})
	}
	for dir, word := range words {
		out := mustOutput(t, bins[dir])
		text, err := os.ReadFile(filepath.Join(out.Dir, "bootstrap"))
		require.NoError(t, err)
		require.Contains(t, string(text), word)
	}
	require.LessOrEqual(t, w.calls, 6, "other shares a go command with one of the rest")
}

func TestBadSpecIsNotBuilt(t *testing.T) {
	w := newWatch(t.TempDir())
	_, err := w.Register(Spec{Dir: "nowhere", GOARCH: "banana"}).Output()
	require.ErrorContains(t, err, `GOARCH: "banana" is not an architecture of Lambda; use "amd64" or "arm64"`+"\n"+`dir: "`)
	require.Zero(t, w.calls)
}

// An app that gives no folder is itself in the working directory.
func TestNoFolderIsNotTheWorkingDirectory(t *testing.T) {
	t.Chdir(writeTree(t, map[string]string{"go.mod": goMod, "main.go": says("the app")}))
	w := newWatch(t.TempDir())
	_, err := w.Register(Spec{GOARCH: "amd64"}).Output()
	require.EqualError(t, err, `dir: "" is not a folder; give the folder of a main package, absolute or relative to the working directory`)
	require.Zero(t, w.calls)
}

func TestWithdrawnBinariesAreBuiltOnlyForThemselves(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{"go.mod": goMod, "a/main.go": says("a"), "b/main.go": "package main\n\nfunc main() { nosuch() }\n"})
	b := NewBuilder(t.TempDir())
	wrong := b.Register(Spec{Dir: filepath.Join(root, "b"), GOARCH: "amd64"})
	right := b.Register(Spec{Dir: filepath.Join(root, "a"), GOARCH: "amd64"})
	wrong.Withdraw()
	right.Withdraw()
	mustOutput(t, right)
	_, err := wrong.Output()
	require.ErrorContains(t, err, "undefined: nosuch")
}

func TestSymbolicLinksLeadToTheModule(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{"go.mod": goMod, "fn/main.go": says("fn")})
	link := filepath.Join(t.TempDir(), "elsewhere")
	require.NoError(t, os.Symlink(filepath.Join(root, "fn"), link))
	b := NewBuilder(t.TempDir())
	direct := mustOutput(t, b.Register(Spec{Dir: filepath.Join(root, "fn"), GOARCH: "amd64"}))
	require.Equal(t, direct, mustOutput(t, b.Register(Spec{Dir: link, GOARCH: "amd64"})))
}

func TestConcurrentBuildersShareAFolder(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{"go.mod": goMod, "fn/main.go": says("fn")})
	store := t.TempDir()
	spec := Spec{Dir: filepath.Join(root, "fn"), GOARCH: "amd64"}
	first := buildSixTimes(t, store, spec)

	// All find the same damage and repair it at the same time.
	entries, err := filepath.Glob(filepath.Join(store, "*", bootstrap))
	require.NoError(t, err)
	require.Len(t, entries, 2, "what the linker made, and what is deployed")
	for _, file := range entries {
		require.NoError(t, os.Truncate(file, 1000))
	}
	require.Equal(t, first, buildSixTimes(t, store, spec))
	for _, file := range entries {
		require.True(t, NewBuilder(store).store.intact(filepath.Base(filepath.Dir(file))))
	}
}

// buildSixTimes returns what six concurrent callers get: three share a Builder, and three
// have one of their own, as other processes would.
func buildSixTimes(t *testing.T, store string, spec Spec) Output {
	t.Helper()
	outs, errs := make([]Output, 6), make([]error, 6)
	var wait sync.WaitGroup
	one := NewBuilder(store)
	for i := range outs {
		wait.Go(func() {
			b := one
			if i%2 == 0 {
				b = NewBuilder(store)
			}
			outs[i], errs[i] = b.Register(spec).Output()
		})
	}
	wait.Wait()
	for i, err := range errs {
		require.NoError(t, err)
		require.Equal(t, outs[0], outs[i])
	}
	require.True(t, strings.HasPrefix(outs[0].Dir, store))
	require.True(t, NewBuilder(store).store.intact(outs[0].SHA256))
	return outs[0]
}
