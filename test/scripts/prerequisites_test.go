package scripts

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// tools are programs that say what the test wants to hear.
var tools = map[string]string{
	"go": `case "$*" in
"env GOVERSION GOROOT GOENV") [ "$GOTOOLCHAIN" = local ] || exit 1; printf '%s\n' go1.26.3 /nowhere off ;;
*) exit 1 ;;
esac`,
	"node":                  `echo v22.1.0`,
	"npm":                   ``,
	"python3":               `echo 3.11.2`,
	"git":                   ``,
	"cc":                    ``,
	"file":                  ``,
	"mvn":                   ``,
	"aarch64-linux-gnu-gcc": ``,
	"x86_64-linux-gnu-gcc":  ``,
}

// machine returns a folder for PATH with what every machine has, the tools with the changes, and nothing else:
// no apt-get, so nothing can be installed whoever runs the test. A tool of the content "-" is left out.
func machine(t *testing.T, changes map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"bash", "sh", "env", "sed", "tr", "uname", "mktemp", "mkdir", "chmod", "rm", "dirname", "make"} {
		program, err := exec.LookPath(name)
		require.NoError(t, err)
		require.NoError(t, os.Symlink(program, filepath.Join(dir, name)))
	}
	all := maps.Clone(tools)
	// The machine says that it is of the other architecture. So the program that is run for the foreign one is
	// its own, which needs no emulation.
	all["uname"] = map[string]string{"amd64": "echo aarch64", "arm64": "echo x86_64"}[runtime.GOARCH]
	maps.Copy(all, changes)
	for name, content := range all {
		file := filepath.Join(dir, name)
		_ = os.Remove(file)
		if content != "-" {
			require.NoError(t, os.WriteFile(file, []byte("#!/bin/sh\n"+content+"\n"), 0o755))
		}
	}
	return dir
}

// said returns what a program says with the folder as PATH, and how it ends.
func said(t *testing.T, path, dir string, environment []string, argv ...string) (text string, ended *os.ProcessState) {
	t.Helper()
	program, err := exec.LookPath(argv[0])
	require.NoError(t, err)
	command := exec.Command(program, argv[1:]...)
	command.Dir = dir
	command.Env = append([]string{"PATH=" + path, "HOME=" + t.TempDir()}, environment...)
	output, err := command.CombinedOutput()
	require.NotNil(t, command.ProcessState, err)
	return string(output), command.ProcessState
}

func TestWhatIsMissingIsSaidInOneLine(t *testing.T) {
	none := map[string]string{"go": "-", "node": "-", "npm": "-", "python3": "-"}
	other := map[string]string{"amd64": "x86_64-linux-gnu-gcc (Debian's gcc-x86-64-linux-gnu and libc6-dev-amd64-cross)",
		"arm64": "aarch64-linux-gnu-gcc (Debian's gcc-aarch64-linux-gnu and libc6-dev-arm64-cross)"}[runtime.GOARCH]
	env := func(version, goroot, goenv string) string {
		return `[ "$GOTOOLCHAIN" = local ] || exit 1; printf '%s\n' ` + version + " " + goroot + " " + goenv
	}
	auto := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(auto, "go.env"), []byte("# the defaults\nGOTOOLCHAIN=auto\n"), 0o644))
	local := filepath.Join(t.TempDir(), "env")
	require.NoError(t, os.WriteFile(local, []byte("GOFLAGS=-v\nGOTOOLCHAIN=local\n"), 0o644))
	for name, test := range map[string]struct {
		targets     string
		tools       map[string]string
		environment []string
		want        string // "" is that nothing is missing
	}{
		"nothing":        {"demo test bench check golden fuzz synth", nil, nil, ""},
		"no Go":          {"demo", map[string]string{"go": "-"}, nil, "Go 1.26 or newer (there is no go in PATH)"},
		"no npm":         {"demo", map[string]string{"npm": "-"}, nil, "Node.js 18 or newer with npm (there is no npm in PATH)"},
		"no Node.js":     {"test", map[string]string{"node": "-"}, nil, "Node.js 18 or newer with npm (there is no node in PATH)"},
		"no Python":      {"test", map[string]string{"python3": "-"}, nil, "Python 3.11 or newer (there is no python3 in PATH)"},
		"an old Node.js": {"demo", map[string]string{"node": "echo v16.20.2"}, nil, "Node.js 18 or newer with npm (node is v16.20.2)"},
		"an old Python":  {"demo", map[string]string{"python3": "echo 3.9.2"}, nil, "Python 3.11 or newer (python3 is 3.9.2)"},
		"a new Python":   {"demo", map[string]string{"python3": "echo 4.0.0"}, nil, ""},
		"no venv":        {"demo", map[string]string{"python3": "echo 3.13.0; exit 1"}, nil, "Python's module venv (Debian's python3-venv)"},
		"broken tools": {"demo", map[string]string{"go": "exit 1", "node": "exit 1", "python3": "exit 1"}, nil,
			"Go 1.26 or newer (go is of no known version); Node.js 18 or newer with npm (node is of no known version); Python 3.11 or newer (python3 is of no known version)"},
		"all three": {"demo", none, nil,
			"Go 1.26 or newer (there is no go in PATH); Node.js 18 or newer with npm (there is no node in PATH); Python 3.11 or newer (there is no python3 in PATH)"},
		"compilers": {"test", map[string]string{"cc": "-", "aarch64-linux-gnu-gcc": "-", "x86_64-linux-gnu-gcc": "-", "file": "-", "mvn": "-"}, nil,
			"cc (Debian's gcc and libc6-dev); " + other + "; file (Debian's file); mvn (Debian's maven)"},
		"a C compiler of one's own": {"test-unit", map[string]string{"cc": "-"}, []string{"CC=file"}, ""},
		"what another target needs": {"synth", map[string]string{"cc": "-", "python3": "-", "git": "-"}, nil, ""},
		"what the linter needs":     {"linter", map[string]string{"cc": "-", "python3": "-", "node": "-"}, nil, ""},
		"what tests need":           {"tools", map[string]string{"mvn": "-"}, nil, "mvn (Debian's maven)"},
		"git":                       {"fuzz", map[string]string{"git": "-", "node": "-"}, nil, "git (Debian's git)"},
		"emulation": {"demo", map[string]string{"chmod": "exit 0"}, nil, // so the program that is tried cannot run
			"a way to run the other architecture's binaries (Debian's qemu-user-static)"},
		"another machine": {"demo", map[string]string{"uname": "echo riscv64"}, nil,
			"a machine of one of Lambda's architectures (this one is riscv64)"},

		"an older Go that switches":         {"demo", map[string]string{"go": env("go1.24.1", auto, "off")}, nil, ""},
		"an older Go of a distribution":     {"demo", map[string]string{"go": env("go1.24.1", "/nowhere", "off")}, nil, "Go 1.26 or newer (go is 1.24.1, and GOTOOLCHAIN=local keeps it from switching to a newer one)"},
		"an older Go, told to stay":         {"demo", map[string]string{"go": env("go1.25.9", auto, local)}, nil, "Go 1.26 or newer (go is 1.25.9, and GOTOOLCHAIN=local keeps it from switching to a newer one)"},
		"an older Go, told in the shell":    {"demo", map[string]string{"go": env("go1.25", auto, "off")}, []string{"GOTOOLCHAIN=local"}, "Go 1.26 or newer (go is 1.25, and GOTOOLCHAIN=local keeps it from switching to a newer one)"},
		"an older Go by name":               {"demo", nil, []string{"GOTOOLCHAIN=go1.25.4"}, "Go 1.26 or newer (go is 1.25.4, by GOTOOLCHAIN=go1.25.4)"},
		"an older Go by name that switches": {"demo", nil, []string{"GOTOOLCHAIN=go1.25.4+auto"}, ""},
		"a newer Go by name":                {"demo", map[string]string{"go": env("go1.21.0", auto, "off")}, []string{"GOTOOLCHAIN=go1.27.0"}, ""},
		"a Go that cannot switch":           {"demo", map[string]string{"go": env("go1.19.8", "/nowhere", "off")}, []string{"GOTOOLCHAIN=auto"}, "Go 1.26 or newer (go is 1.19.8)"},
		"a Go in the making":                {"demo", map[string]string{"go": env("'devel go1.27-8c2a Thu'", "/nowhere", "off")}, nil, ""},
		"a release candidate":               {"demo", map[string]string{"go": env("go1.26rc2", "/nowhere", "off")}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			want := ""
			if test.want != "" {
				want = "make " + test.targets + ": missing: " + test.want + ". CONTRIBUTING.md says what is needed.\n"
			}
			path := machine(t, test.tools)
			argv := append([]string{script(t, "prerequisites.sh")}, strings.Fields(test.targets)...)
			text, ended := said(t, path, ".", test.environment, argv...)
			require.Equal(t, want, text)
			require.Equal(t, want == "", ended.Success())
		})
	}
}

// make says it before it does anything else, and at once.
func TestMakeSaysFirstWhatIsMissing(t *testing.T) {
	const atOnce = 2 * time.Second // of processor time: the machine may be busy with other tests
	clone := t.TempDir()
	for _, file := range []string{"Makefile", "go.mod", "package.json", "package-lock.json", "requirements.txt", "test/containers/requirements.txt",
		"test/templates/requirements.txt", "test/templates/package.json", "test/templates/package-lock.json", "scripts"} {
		require.NoError(t, os.MkdirAll(filepath.Join(clone, filepath.Dir(file)), 0o755))
		from, to := filepath.Join("..", "..", file), filepath.Join(clone, file)
		if file == "scripts" {
			require.NoError(t, os.CopyFS(to, os.DirFS(from)))
			continue
		}
		content, err := os.ReadFile(from)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(to, content, 0o644))
	}
	for missing, want := range map[string]string{
		"go":      "Go 1.26 or newer (there is no go in PATH)",
		"npm":     "Node.js 18 or newer with npm (there is no npm in PATH)",
		"python3": "Python 3.11 or newer (there is no python3 in PATH)",
	} {
		path := machine(t, map[string]string{missing: "-"})
		for _, target := range []string{"demo", "test", "check"} {
			text, ended := said(t, path, clone, nil, "make", target)
			require.False(t, ended.Success())
			line, rest, _ := strings.Cut(text, "\n")
			require.Equal(t, "make "+target+": missing: "+want+". CONTRIBUTING.md says what is needed.", line)
			require.Regexp(t, `^make: \*\*\* \[Makefile:\d+: prerequisites\] Error 1\n$`, rest)
			require.Less(t, ended.UserTime()+ended.SystemTime(), atOnce)
		}
	}
	require.NoDirExists(t, filepath.Join(clone, "node_modules"))
	require.NoDirExists(t, filepath.Join(clone, ".venv"))
}

// The program that is tried runs on both architectures, here on this one. It leaves nothing in the folder that it
// is tried in, which is a copy: others may be trying it at the same time.
func TestTheProbeRuns(t *testing.T) {
	folder := t.TempDir()
	probe := filepath.Join(folder, "scripts", "foreign-probe.sh")
	require.NoError(t, os.CopyFS(filepath.Dir(probe), os.DirFS(filepath.Dir(script(t, "foreign-probe.sh")))))
	for uname, want := range map[string]bool{
		map[string]string{"amd64": "aarch64", "arm64": "x86_64"}[runtime.GOARCH]: true,
		"riscv64": false,
	} {
		path := machine(t, map[string]string{"uname": "echo " + uname})
		text, ended := said(t, path, ".", nil, probe)
		require.Empty(t, text)
		require.Equal(t, want, ended.Success(), uname)
	}
	left, err := os.ReadDir(filepath.Join(folder, ".build"))
	require.NoError(t, err)
	require.Empty(t, left)
}
