package treebuild

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// tree returns a folder with files.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	return dir
}

func TestHashFollowsNamesAndContents(t *testing.T) {
	hash := func(dir string, exclude ...string) string {
		sum, err := Hash(dir, exclude)
		require.NoError(t, err)
		return sum
	}
	files := map[string]string{"app.py": "1", "lib/a.py": "2"}
	dir := tree(t, files)
	first := hash(dir)
	require.Equal(t, first, hash(tree(t, files)), "another folder")
	require.NotEqual(t, first, hash(tree(t, map[string]string{"app.py": "1", "lib/a.py": "3"})), "another byte")
	require.NotEqual(t, first, hash(tree(t, map[string]string{"app.py": "1", "lib/b.py": "2"})), "another name")
	require.NotEqual(t, first, hash(filepath.Join(dir, "app.py")), "a file alone")

	require.NoError(t, os.Chmod(filepath.Join(dir, "app.py"), 0o755))
	require.NotEqual(t, first, hash(dir), "may be executed")
	require.NoError(t, os.Chmod(filepath.Join(dir, "app.py"), 0o600))
	require.Equal(t, first, hash(dir), "a permission that Lambda does not see")

	require.NoError(t, os.Symlink("app.py", filepath.Join(dir, "link.py")))
	linked := hash(dir)
	require.NotEqual(t, first, linked)
	require.Equal(t, first, hash(dir, "link.*"))
	require.NotEqual(t, first, hash(dir, "link.*", "lib"))
	require.Equal(t, hash(dir, "lib/*.py"), hash(dir, "a.py"))
}

// CDK copies the target of a link that leaves the folder: a change there is a new asset.
func TestALinkOutOfTheFolderIsFollowed(t *testing.T) {
	t.Setenv(CacheDirEnv, t.TempDir())
	dir := tree(t, map[string]string{"shared/util.py": "1", "shared/__pycache__/util.pyc": "1", "app/main.py": "1"})
	app := filepath.Join(dir, "app")
	require.NoError(t, os.Symlink("../shared", filepath.Join(app, "shared")))
	require.NoError(t, os.Symlink(filepath.Join(dir, "shared", "util.py"), filepath.Join(app, "util.py")))
	require.NoError(t, os.Symlink("main.py", filepath.Join(app, "within.py")))
	exclude := []string{"__pycache__"}
	first, err := Hash(app, exclude)
	require.NoError(t, err)

	out, err := Build(Spec{Dir: app, Architecture: Arm64, Exclude: exclude,
		Command: []string{"sh", "-c", "find . -type f -o -type l | LC_ALL=C sort >../list && mv ../list list"}})
	require.NoError(t, err)
	list, err := os.ReadFile(filepath.Join(out.Dir, "list"))
	require.NoError(t, err)
	require.Equal(t, "./main.py\n./shared/util.py\n./util.py\n./within.py\n", string(list))
	for _, file := range []string{"shared/util.py", "util.py"} {
		info, err := os.Lstat(filepath.Join(out.Dir, file))
		require.NoError(t, err)
		require.True(t, info.Mode().IsRegular(), file)
	}

	require.NoError(t, os.WriteFile(filepath.Join(dir, "shared", "__pycache__", "util.pyc"), []byte("2"), 0o644))
	same, err := Hash(app, exclude)
	require.NoError(t, err)
	require.Equal(t, first, same)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "shared", "util.py"), []byte("2"), 0o644))
	second, err := Hash(app, exclude)
	require.NoError(t, err)
	require.NotEqual(t, first, second)
}

func TestHashOfWhatIsNoFile(t *testing.T) {
	_, err := Hash(filepath.Join(t.TempDir(), "nothing"), nil)
	require.ErrorContains(t, err, "no such file or directory")
	_, err = Hash("/dev", nil)
	require.ErrorContains(t, err, "is neither a file, a folder nor a symbolic link")
}

func TestBuildTellsTheCommandItsArchitecture(t *testing.T) {
	t.Setenv(CacheDirEnv, t.TempDir())
	t.Setenv("GOARCH", "riscv64") // the caller's never wins
	for _, test := range []struct {
		arch Architecture
		want string
	}{
		{X8664, "x86_64 amd64 linux/amd64 x86_64 x64 mine x86_64-x64 $ARCH\n"},
		{Arm64, "arm64 arm64 linux/arm64 aarch64 arm64 mine aarch64-arm64 $ARCH\n"},
	} {
		out, err := Build(Spec{
			Dir: tree(t, map[string]string{"source": "text"}),
			Command: []string{"sh", "-c",
				`echo "$ARCH $GOARCH $DOCKER_PLATFORM $GNU_ARCH $NODE_ARCH $OWN $1 $2" > made`,
				"sh", "${GNU_ARCH}-${NODE_ARCH}", "$ARCH"},
			Architecture: test.arch,
			Env:          map[string]string{"OWN": "mine"},
		})
		require.NoError(t, err)
		made, err := os.ReadFile(filepath.Join(out.Dir, "made"))
		require.NoError(t, err)
		require.Equal(t, test.want, string(made))
		require.FileExists(t, filepath.Join(out.Dir, "source"))
		require.Equal(t, out.Key, filepath.Base(out.Dir))
	}
}

func TestBuildOnce(t *testing.T) {
	t.Setenv(CacheDirEnv, t.TempDir())
	runs := filepath.Join(t.TempDir(), "runs")
	dir := tree(t, map[string]string{"source": "1", "node_modules/big": "x", "script/run": "y"})
	spec := Spec{
		Dir: dir, Architecture: Arm64, Exclude: []string{"node_modules"}, Output: "dist",
		Command: []string{"sh", "-c", `echo run >> "$0" && mkdir dist && cp -r source script dist/ && ! test -e node_modules`, runs},
	}
	first, err := Build(spec)
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(first.Dir, "script/run"))
	again, err := Build(spec)
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.NoDirExists(t, filepath.Join(dir, "dist"), "the sources were written to")

	ran := func() int {
		text, err := os.ReadFile(runs)
		require.NoError(t, err)
		return strings.Count(string(text), "run")
	}
	require.Equal(t, 1, ran())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "node_modules/other"), nil, 0o644))
	same, err := Build(spec)
	require.NoError(t, err)
	require.Equal(t, first, same, "what is excluded does not count")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "source"), []byte("2"), 0o644))
	changed, err := Build(spec)
	require.NoError(t, err)
	require.NotEqual(t, first, changed)
	require.Equal(t, 2, ran())
}

func TestKeyIsMadeOfEverythingThatGoesIn(t *testing.T) {
	base := Spec{Dir: tree(t, map[string]string{"a": "1"}), Command: []string{"make", "all"}, Architecture: X8664}
	key := func(change func(*Spec)) string {
		spec := base
		change(&spec)
		text, err := spec.Key()
		require.NoError(t, err)
		return text
	}
	seen := map[string]string{}
	for name, change := range map[string]func(*Spec){
		"nothing":      func(*Spec) {},
		"architecture": func(s *Spec) { s.Architecture = Arm64 },
		"command":      func(s *Spec) { s.Command = []string{"make all"} },
		"environment":  func(s *Spec) { s.Env = map[string]string{"A": "b"} },
		"container":    func(s *Spec) { s.Container = "image" },
		"output":       func(s *Spec) { s.Output = "image" },
		"exclude":      func(s *Spec) { s.Exclude = []string{"a"} },
	} {
		text := key(change)
		require.Empty(t, seen[text], "%s and %s have the same key", name, seen[text])
		seen[text] = name
	}
}

func TestBuildInAContainer(t *testing.T) {
	t.Setenv(CacheDirEnv, t.TempDir())
	// A stand-in for docker that records how it was called, and does the work.
	docker := filepath.Join(t.TempDir(), "docker")
	require.NoError(t, os.WriteFile(docker, []byte("#!/bin/sh\necho \"$OWN\" \"$@\" > called\n"), 0o755))
	t.Setenv("CDK_DOCKER", docker)
	call := func(env map[string]string) string {
		out, err := Build(Spec{
			Dir: tree(t, map[string]string{"a": "1"}), Architecture: Arm64, Container: "public.example/build:1",
			Command: []string{"pip", "install", "--platform", "manylinux2014_${GNU_ARCH}"}, Env: env,
		})
		require.NoError(t, err)
		called, err := os.ReadFile(filepath.Join(out.Dir, "called"))
		require.NoError(t, err)
		return string(called)
	}
	require.Regexp(t, `^mine run --rm --platform linux/arm64 --volume /\S+:/asset --workdir /asset --user \d+:\d+ --env HOME=/tmp `+
		`--env ARCH --env DOCKER_PLATFORM --env GNU_ARCH --env GOARCH --env NODE_ARCH --env OWN `+
		`--entrypoint  public.example/build:1 pip install --platform manylinux2014_aarch64\n$`, call(map[string]string{"OWN": "mine"}))
	require.Contains(t, call(map[string]string{"HOME": "/home/own"}), " --env GOARCH --env HOME --env NODE_ARCH --entrypoint ", "the caller's own")
}

func TestBuildFails(t *testing.T) {
	cache := t.TempDir()
	t.Setenv(CacheDirEnv, cache)
	dir := tree(t, map[string]string{"a": "1"})
	for _, test := range []struct {
		name, want string
		spec       Spec
	}{
		{"the command", dir + " for arm64: sh -c echo wheel missing; exit 3, run here, in a copy of the folder: exit status 3\nwheel missing",
			Spec{Command: []string{"sh", "-c", "echo wheel missing; exit 3"}}},
		{"no such program", dir + ` for arm64: no-such-program, run here, in a copy of the folder: exec: "no-such-program": executable file not found in $PATH`,
			Spec{Command: []string{"no-such-program"}}},
		{"nothing made", dir + ` for arm64: true left nothing in "dist" of the copy of the folder; set Output to the folder that it makes`,
			Spec{Command: []string{"true"}, Output: "dist"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.spec.Dir, test.spec.Architecture = dir, Arm64
			_, err := Build(test.spec)
			require.EqualError(t, err, test.want)
			left, err := os.ReadDir(cache)
			require.NoError(t, err)
			require.Empty(t, left, "something was left in the cache")
		})
	}
}

func TestCheck(t *testing.T) {
	require.Empty(t, Spec{Dir: ".", Command: []string{"pip", "${ARCH}"}, Architecture: X8664, Exclude: []string{"*.pyc"}}.Check())
	var texts []string
	for _, err := range (Spec{
		Dir: "nowhere", Command: []string{"", "${HOME}"}, Architecture: X8664,
		Env: map[string]string{"ARCH": "x", "": "y"}, Output: "../x", Exclude: []string{"[", ""},
	}).Check() {
		texts = append(texts, err.Error())
	}
	require.Equal(t, []string{
		`dir: "nowhere" is not a folder; give the folder with the sources, absolute or relative to the working directory`,
		`command: none was given; give a program and its arguments, one per string`,
		`command: "${HOME}" names a variable that is not set; use ${ARCH}, ${DOCKER_PLATFORM}, ${GNU_ARCH}, ${GOARCH}, ${NODE_ARCH}`,
		`Environment: "" is not a variable's name; give it without = and the value beside it`,
		`Environment: ARCH was given; leave it out: it is set for each architecture`,
		`Output: "../x" is not below dir; give a folder that the command makes, relative to dir`,
		`Exclude: "[" is not a pattern; give names with *, ? and [a-z] in them, one per string`,
		`Exclude: "" is not a pattern; give names with *, ? and [a-z] in them, one per string`,
	}, texts)
}

// npm links a package of the same repository to its folder: deployed, that is nowhere.
func TestLinksOutOfWhatIsBuilt(t *testing.T) {
	t.Setenv(CacheDirEnv, t.TempDir())
	dir := tree(t, map[string]string{"index.js": "1"})
	spec := Spec{Dir: dir, Architecture: Arm64, Command: []string{"sh", "-c", "mkdir node_modules && ln -s ../../shared node_modules/shared && ln -s /etc/hosts hosts && ln -s index.js within"}}
	want := dir + " for arm64: what " + strings.Join(spec.Command, " ") + ` leaves has links that lead to nothing once they are deployed:
  - hosts -> /etc/hosts, out of the folder
  - node_modules/shared -> ../../shared, where nothing is
put copies in their places, as npm does with --install-links, and give a dir that has in it what they lead to`
	_, err := Build(spec)
	require.EqualError(t, err, want)

	// What Lambda has at the same place is refused if this machine has it, too: CDK would copy it from here.
	spec.Command = []string{"sh", "-c", "ln -s /proc/self/environ environ; ln -s /opt/not/here layer"}
	_, err = Build(spec)
	require.ErrorContains(t, err, "\n  - environ -> /proc/self/environ, out of the folder\nput copies")

	// By its text alone this link stays in the folder; the file system takes another way.
	spec.Command = []string{"sh", "-c", "mkdir -p a/b top dist/a/b dist/top && ln -s ../../top dist/a/b/up && echo 1 > out && ln -s a/b/up/../../out dist/out"}
	spec.Output = "dist"
	_, err = Build(spec)
	require.ErrorContains(t, err, "\n  - out -> a/b/up/../../out, out of the folder\n")
	spec.Output = ""

	// More than a few are counted.
	spec.Command = []string{"sh", "-c", "for i in 0 1 2 3 4 5 6 7 8 9 a b; do ln -s ../gone $i; done"}
	_, err = Build(spec)
	require.ErrorContains(t, err, "\n  - 9 -> ../gone, where nothing is\n  and 2 more\n")
}
