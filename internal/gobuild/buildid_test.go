package gobuild

import (
	"bytes"
	"debug/buildinfo"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/pages"
)

// spelled returns a module with a dependency, both with a go line of that spelling.
func spelled(t *testing.T, goLine, word string) string {
	t.Helper()
	return writeTree(t, map[string]string{
		"go.mod": "module example.com/app\n\n" + goLine + "\n\nrequire example.com/lib v1.0.0\n\nreplace example.com/lib => ./lib\n",
		"fn/main.go": "package main\n\nimport \"example.com/lib\"\n\nvar version = \"none\"\n\n" +
			"func main() { println(lib.Say(\"" + word + "\"), version) }\n",
		"lib/go.mod": "module example.com/lib\n\n" + goLine + "\n",
		"lib/lib.go": "package lib\n\nimport \"strings\"\n\nfunc Say[T ~string](s T) string { return strings.ToUpper(string(s)) }\n",
	})
}

// spellings returns the go lines of a go.mod that mean the same to this test's toolchain.
func spellings() map[string]string {
	version := strings.TrimPrefix(runtime.Version(), "go")
	minor := strings.Join(strings.Split(version, ".")[:2], ".")
	return map[string]string{
		"minor":                     "go " + minor,
		"first patch":               "go " + minor + ".0",
		"minor and toolchain":       "go " + minor + "\n\ntoolchain go" + version,
		"first patch and toolchain": "go " + minor + ".0\n\ntoolchain go" + version,
		"patch":                     "go " + version,
	}
}

func bootstrapOf(t *testing.T, out Output) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(out.Dir, bootstrap))
	require.NoError(t, err)
	return text
}

// lastLinked returns the binary that the linker last made for the target.
func lastLinked(t *testing.T, dir string, s Spec) []byte {
	t.Helper()
	target, err := s.target()
	require.NoError(t, err)
	last, err := os.ReadFile(store{dir: dir}.lastFile(target.key()))
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(dir, string(last), bootstrap))
	require.NoError(t, err)
	return text
}

func TestSpellingsOfOneToolchainGiveTheSameBytes(t *testing.T) {
	offline(t)
	for name, ldflags := range map[string][]string{
		"plain":                   nil,
		"a variable":              {"-X", "'main.version=of the spec'"},
		"symbols and DWARF":       {"-s=false", "-w=false"},
		"position independent":    {"-buildmode=pie"},
		"a GNU build ID":          {"-B", "0x0123456789abcdef0123456789abcdef01234567"},
		"no GNU build ID":         {"-B=none"},
		"the linker's default -B": {"-B", "gobuildid"},
		"a build ID":              {"-buildid=orders"},
		"no build ID":             {"-buildid", `""`},
	} {
		t.Run(name, func(t *testing.T) {
			for _, goarch := range []string{"amd64", "arm64"} {
				sums, linked := map[string]bool{}, map[string]bool{}
				for spelling, goLine := range spellings() {
					if ldflags != nil && spelling != "minor" && spelling != "first patch" {
						continue // the linker does not see the go line
					}
					dir := t.TempDir()
					spec := Spec{Dir: filepath.Join(spelled(t, goLine, "word"), "fn"), GOARCH: goarch, Ldflags: ldflags}
					sums[mustOutput(t, NewBuilder(dir).Register(spec)).SHA256] = true
					linked[hexSHA256(lastLinked(t, dir, spec))] = true
				}
				require.Len(t, sums, 1, goarch)
				if !strings.Contains(strings.Join(ldflags, " "), "-buildid") {
					require.Greater(t, len(linked), 1, "the linker's own output tells them apart")
				}
			}
		})
	}
}

func TestAnotherContentHasAnotherBuildID(t *testing.T) {
	offline(t)
	dir, goLine := t.TempDir(), spellings()["minor"]
	ids := map[string]bool{}
	for _, word := range []string{"one", "two"} {
		for _, goarch := range []string{"amd64", "arm64"} {
			out := mustOutput(t, NewBuilder(dir).Register(Spec{Dir: filepath.Join(spelled(t, goLine, word), "fn"), GOARCH: goarch}))
			binary := bootstrapOf(t, out)
			notes, err := elfNotes(binary)
			require.NoError(t, err)
			id, err := notes.only("Go", 4)
			require.NoError(t, err)
			gnu, err := notes.only("GNU", 3)
			require.NoError(t, err)
			ids[string(id)], ids[hex.EncodeToString(gnu)] = true, true
			require.Equal(t, 1, bytes.Count(binary, id))

			argv := append(strings.Fields(pages.Spans(t, "go tool buildid")[0]), filepath.Join(out.Dir, bootstrap))
			said, err := exec.Command(argv[0], argv[1:]...).Output()
			require.NoError(t, err)
			require.Equal(t, string(id)+"\n", string(said))
			parts := strings.Split(string(id), "/")
			require.Regexp(t, `^[\w-]{20}$`, parts[0])
			require.Equal(t, []string{parts[0], parts[0], parts[0], parts[0]}, parts)
		}
	}
	require.Len(t, ids, 8, "debuggers and profilers know binaries by these")
}

func TestTheNormalisedBinaryRunsAndTellsHowItWasBuilt(t *testing.T) {
	offline(t)
	out := mustOutput(t, NewBuilder(t.TempDir()).Register(Spec{
		Dir: filepath.Join(spelled(t, spellings()["first patch"], "word"), "fn"), GOARCH: runtime.GOARCH, Ldflags: []string{"-X", "main.version=3"},
	}))
	file := filepath.Join(out.Dir, bootstrap)
	said, err := exec.Command(file).CombinedOutput()
	require.NoError(t, err)
	require.Equal(t, "WORD 3\n", string(said))

	info, err := buildinfo.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, runtime.Version(), info.GoVersion)
	require.Equal(t, "example.com/app/fn", info.Path)
	require.Equal(t, "example.com/lib", info.Deps[0].Path)
}

func TestABuildIDOfTheUsersStays(t *testing.T) {
	offline(t)
	spec := Spec{Dir: filepath.Join(spelled(t, spellings()["minor"], "word"), "fn"), GOARCH: "arm64"}
	type ids struct{ Go, GNU string }
	read := func(binary []byte) ids {
		notes, err := elfNotes(binary)
		require.NoError(t, err)
		id, err := notes.only("Go", 4)
		require.NoError(t, err)
		gnu, err := notes.only("GNU", 3)
		require.NoError(t, err)
		return ids{string(id), hex.EncodeToString(gnu)}
	}
	gnu := "0123456789abcdef0123456789abcdef01234567"
	for name, test := range map[string]struct {
		ldflags []string
		want    func(linked, deployed ids)
	}{
		"-buildid": {[]string{"-buildid=orders"}, func(linked, deployed ids) {
			require.Equal(t, "orders", deployed.Go)
			require.Equal(t, linked, deployed)
		}},
		"-buildid and -B": {[]string{"-buildid", "orders", "--B=0x" + gnu}, func(_, deployed ids) {
			require.Equal(t, ids{"orders", gnu}, deployed)
		}},
		"-B": {[]string{`"-B"`, "0x" + gnu}, func(linked, deployed ids) {
			require.Equal(t, gnu, deployed.GNU)
			require.NotEqual(t, linked.Go, deployed.Go)
		}},
		"the linker's own -B after another": {[]string{"-B", "0x" + gnu, "-B", "gobuildid"}, func(linked, deployed ids) {
			require.NotEqual(t, linked.GNU, deployed.GNU)
			require.NotEqual(t, linked.Go, deployed.Go)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			spec := spec
			spec.Ldflags = test.ldflags
			dir := t.TempDir()
			deployed := bootstrapOf(t, mustOutput(t, NewBuilder(dir).Register(spec)))
			test.want(read(lastLinked(t, dir, spec)), read(deployed))
		})
	}
}

func TestWhatHasNoBuildIDAsExpectedIsRefused(t *testing.T) {
	offline(t)
	dir := t.TempDir()
	spec := Spec{Dir: filepath.Join(spelled(t, spellings()["minor"], "word"), "fn"), GOARCH: "amd64"}
	mustOutput(t, NewBuilder(dir).Register(spec))
	good := lastLinked(t, dir, spec)
	require.NoError(t, normalise(bytes.Clone(good), nil))
	goNote, gnuNote := []byte("\x04\x00\x00\x00Go\x00\x00"), []byte("\x14\x00\x00\x00\x03\x00\x00\x00GNU\x00")
	at := func(text []byte) int {
		require.Equal(t, 1, bytes.Count(good, text))
		return bytes.Index(good, text)
	}
	const remedy = `; set one of your own in Ldflags, such as "-buildid=orders"`
	for name, test := range map[string]struct {
		damage func(binary []byte) []byte
		want   string
	}{
		"no ELF file": {func([]byte) []byte { return []byte("MZ, but not much more than that") },
			"it cannot be read as an ELF file: bad magic number '[77 90 44 32]' in record at byte 0x0"},
		"no note": {func(b []byte) []byte { b[at(goNote)+4] = 'O'; return b }, "it has no Go build ID" + remedy},
		"another form": {func(b []byte) []byte { copy(b[at(goNote)+8:], "###"); return b },
			`its Go build ID is "###` + string(good[at(goNote)+11:][:80]) + `"; four hashes of 20 characters were expected` + remedy},
		"two notes": {func(b []byte) []byte { copy(b[at(gnuNote)+4:], goNote); return b },
			"it has several notes Go of type 4; one was expected"},
		"a GNU build ID of another length": {func(b []byte) []byte { b[at(gnuNote)] = 0x13; return b },
			"its GNU build ID has 19 bytes; 20 were expected" + remedy},
		"a note that is cut off": {func(b []byte) []byte { b[at(gnuNote)] = 0x15; return b },
			"its section .note.gnu.build-id: a note is cut off"},
	} {
		t.Run(name, func(t *testing.T) {
			binary := test.damage(bytes.Clone(good))
			before := bytes.Clone(binary)
			require.EqualError(t, normalise(binary, nil), test.want)
			require.Equal(t, before, binary, "nothing is changed by halves")
		})
	}
}

// A Go with build IDs of another form would deploy them unnoticed, so it is refused by name.
func TestABinaryWithoutABuildIDIsNotDeployed(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{"go.mod": goMod, "fn/main.go": says("fn")})
	b := NewBuilder(t.TempDir())
	run := b.run
	b.run = func(cmd *exec.Cmd) ([]byte, error) {
		text, err := run(cmd)
		require.NoError(t, err, "%s", text)
		file := filepath.Join(cmd.Args[slices.Index(cmd.Args, "-o")+1], "fn")
		binary, err := os.ReadFile(file)
		require.NoError(t, err)
		return nil, os.WriteFile(file, bytes.Replace(binary, []byte("\x04\x00\x00\x00Go\x00\x00"), []byte("\x05\x00\x00\x00Go\x00\x00"), 1), 0o755)
	}
	_, err := b.Register(Spec{Dir: filepath.Join(root, "fn"), GOARCH: "arm64"}).Output()
	require.EqualError(t, err, "go build for arm64 in "+root+" made a binary of package ./fn whose build ID cannot be replaced: "+
		`it has no Go build ID; set one of your own in Ldflags, such as "-buildid=orders"`)
}

// The go command must not notice that what is deployed is not what it made.
func TestAnotherSpellingLinksOnceAndDeploysNothing(t *testing.T) {
	offline(t)
	root, store := spelled(t, spellings()["minor"], "word"), t.TempDir()
	build := func() (int, Output) {
		w := newWatch(store)
		out := mustOutput(t, w.Register(Spec{Dir: filepath.Join(root, "fn"), GOARCH: "arm64"}))
		return w.links, out
	}
	original := map[string]string{}
	for _, file := range []string{"go.mod", "lib/go.mod"} {
		text, err := os.ReadFile(filepath.Join(root, file))
		require.NoError(t, err)
		original[file] = string(text)
	}
	links, first := build()
	require.Equal(t, 1, links)
	info := fileTime(t, first)
	for _, spelling := range []string{"first patch", "first patch and toolchain", "patch"} {
		for _, file := range []string{"go.mod", "lib/go.mod"} {
			write(t, filepath.Join(root, file), strings.Replace(original[file], spellings()["minor"], spellings()[spelling], 1))
		}
		links, _ = build()
		require.LessOrEqual(t, links, 1, spelling)
		links, again := build()
		require.Zero(t, links, spelling)
		require.Equal(t, first, again, spelling)
	}
	now := fileTime(t, first)
	require.True(t, os.SameFile(info, now), "CDK has its hash by inode and time")
	require.Equal(t, info.ModTime(), now.ModTime())
}
