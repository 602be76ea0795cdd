package gobuild

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A module is built with the versions that the app requires, and with its own where the app has none.
func TestModFile(t *testing.T) {
	t.Setenv(CacheDirEnv, t.TempDir())
	require.NoError(t, os.Chmod(os.Getenv(CacheDirEnv), 0o700))
	root := writeTree(t, map[string]string{
		"ours/go.mod": "module example.com/ours\n\ngo 1.26 // as CI has it\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0 // indirect\n)\n\nrequire example.com/c v1.0.0\n\nrequire example.com/test v1.0.0\n",
		"ours/go.sum": "example.com/a v1.0.0 h1:1=\n",
		"app/go.mod": "module example.com/app\n\ngo 1.26.2\n\nrequire (\n\texample.com/a v1.2.0\n\texample.com/b v1.0.0 // indirect\n\texample.com/ours v0.1.0\n)\n\n" +
			"replace example.com/b => ../fork\n\nreplace (\n\texample.com/a v1.2.0 => example.com/a-fork v1.2.1\n\texample.com/other v1.0.0 => ./other\n\texample.com/c v9.0.0 => ./c\n)\n",
		"app/go.sum": "example.com/a v1.0.0 h1:1=\nexample.com/a-fork v1.2.1 h1:2=\n",
	})
	modules := []string{"example.com/a", "example.com/b", "example.com/c"}
	file, missing, err := ModFile(filepath.Join(root, "ours"), filepath.Join(root, "app"), modules)
	require.NoError(t, err)
	require.Equal(t, []string{"example.com/c"}, missing)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "module example.com/ours\n\ngo 1.26.2\n\nrequire example.com/a v1.2.0\n\nreplace example.com/a => example.com/a-fork v1.2.1\n"+
		"\nrequire example.com/b v1.0.0\n\nreplace example.com/b => "+filepath.Join(root, "fork")+"\n\nrequire example.com/c v1.0.0\n", string(text))
	sums, err := os.ReadFile(filepath.Join(filepath.Dir(file), "go.sum"))
	require.NoError(t, err)
	require.Equal(t, "example.com/a v1.0.0 h1:1=\nexample.com/a-fork v1.2.1 h1:2=\n", string(sums))

	again, _, err := ModFile(filepath.Join(root, "ours"), filepath.Join(root, "app"), modules)
	require.NoError(t, err)
	require.Equal(t, file, again, "the same build has the same arguments")
	require.NoError(t, os.WriteFile(file, []byte("module example.com/evil\n"), 0o600))
	_, _, err = ModFile(filepath.Join(root, "ours"), filepath.Join(root, "app"), modules)
	require.NoError(t, err)
	now, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(text), string(now))
	_, _, err = ModFile(filepath.Join(root, "ours"), filepath.Join(root, "nowhere"), modules)
	require.ErrorIs(t, err, os.ErrNotExist)
}

// A replacement of a version takes precedence over one of all versions, wherever they stand.
func TestModFileTakesTheReplacementOfTheVersion(t *testing.T) {
	t.Setenv(CacheDirEnv, t.TempDir())
	require.NoError(t, os.Chmod(os.Getenv(CacheDirEnv), 0o700))
	const replaces = "replace example.com/a v1.2.0 => example.com/fork v1.2.1\n\nreplace example.com/a v1.0.0 => example.com/fork v1.0.1\n\nreplace example.com/a => example.com/any v0.1.0\n\n"
	const requires = "require example.com/a %s\n\n"
	for version, want := range map[string]string{"v1.2.0": "example.com/fork v1.2.1", "v1.0.0": "example.com/fork v1.0.1", "v1.3.0": "example.com/any v0.1.0"} {
		required := strings.ReplaceAll(requires, "%s", version)
		for _, text := range []string{replaces + required, required + replaces} {
			root := writeTree(t, map[string]string{"ours/go.mod": "module example.com/ours\n\nrequire example.com/a v1.0.0\n", "app/go.mod": "module example.com/app\n\n" + text})
			file, _, err := ModFile(filepath.Join(root, "ours"), filepath.Join(root, "app"), []string{"example.com/a"})
			require.NoError(t, err)
			written, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Contains(t, string(written), "\nreplace example.com/a => "+want+"\n", text)
		}
	}
}

// A build takes the go.mod that it is given, and what it makes is to the byte what the module's own makes, if the
// versions are the same.
func TestABuildByAnotherModFile(t *testing.T) {
	offline(t)
	t.Setenv(CacheDirEnv, t.TempDir())
	require.NoError(t, os.Chmod(os.Getenv(CacheDirEnv), 0o700))
	program := "package main\n\nimport \"example.com/lib\"\n\nfunc main() { println(lib.Name) }\n"
	root := writeTree(t, map[string]string{
		"ours/go.mod": "module example.com/ours\n\ngo 1.26\n\nrequire example.com/lib v1.0.0\n\nreplace example.com/lib => ../lib\n", "ours/fn/main.go": program,
		"app/go.mod":  "module example.com/app\n\ngo 1.26\n\nrequire example.com/lib v1.0.0\n\nreplace example.com/lib => ../lib\n",
		"fork/go.mod": "module example.com/fork\n\ngo 1.26\n\nrequire example.com/lib v1.0.0\n\nreplace example.com/lib => ../other\n",
		"lib/go.mod":  "module example.com/lib\n\ngo 1.26\n", "lib/lib.go": "package lib\n\nconst Name = \"lib\"\n",
		"other/go.mod": "module example.com/lib\n\ngo 1.26\n", "other/lib.go": "package lib\n\nconst Name = \"other\"\n",
	})
	sum := func(app string) string {
		spec := Spec{Dir: filepath.Join(root, "ours", "fn"), GOARCH: "arm64"}
		if app != "" {
			var err error
			spec.ModFile, _, err = ModFile(filepath.Join(root, "ours"), filepath.Join(root, app), []string{"example.com/lib"})
			require.NoError(t, err)
		}
		return mustOutput(t, NewBuilder(t.TempDir()).Register(spec)).SHA256
	}
	own := sum("")
	require.NotEqual(t, own, sum("fork"))
	require.Len(t, sum("app"), len(own))
}

// The go command says of each package that it cannot fetch its module: the first ones tell enough.
func TestWhatIsMissingIsSaidShortly(t *testing.T) {
	many := strings.TrimSuffix(strings.Repeat("a.go:1:2: module lookup disabled by GOPROXY=off\n", 20), "\n")
	require.Equal(t, strings.Repeat("a.go:1:2: module lookup disabled by GOPROXY=off\n", 3)+"(and 17 more lines)", condensed(many))
	few := "a.go:1:2: module lookup disabled by GOPROXY=off\nb"
	require.Equal(t, few, condensed(few))
	other := strings.Repeat("a.go:1:2: undefined: b\n", 20)
	require.Equal(t, other, condensed(other), "what the compiler says is wanted whole")
}

func TestCompilersCollectLessOften(t *testing.T) {
	require.Contains(t, flags{GOARCH: "arm64"}.environment(nil), "GOGC=400")
	require.NotContains(t, flags{GOARCH: "arm64"}.environment([]string{"GOGC=50"}), "GOGC=400")
}
