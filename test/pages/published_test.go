package pages_test

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"
	modzip "golang.org/x/mod/zip"

	"github.com/dualarch/dualarch/internal/binarchtest"
	"github.com/dualarch/dualarch/test/pages"
)

// The pages' own lines that run this module's command as a version that a module proxy has, away from
// the module.
func TestTheCommandAsThePagesRunIt(t *testing.T) {
	commands := pages.Commands(t, "go run github.com/dualarch/dualarch/cmd/dualarch@latest ")
	environment := published(t)
	folder := t.TempDir()
	const extension = "_cffi_backend.cpython-312-x86_64-linux-gnu.so" // the one in the output that docs/check.md shows
	library := []byte(binarchtest.Program(t, elf.EM_X86_64))
	binary.LittleEndian.PutUint16(library[16:], uint16(elf.ET_DYN))
	write(t, filepath.Join(folder, "function.zip"), zipped(t, map[string]string{extension: string(library), "app.py": "import cffi\n"}))
	write(t, filepath.Join(folder, "functions", "prices", "app.py"), []byte("def handler(event, context):\n    return {}\n"))
	for _, command := range commands {
		shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", command)
		shell.Dir, shell.Env = folder, append(os.Environ(), environment...)
		output, err := shell.CombinedOutput()
		if strings.HasSuffix(command, "function.zip") {
			require.Error(t, err, "something cannot run")
			require.Contains(t, string(output), "  error     "+extension+"  x86_64 Linux  arm64 python3.12  it cannot be loaded there\n")
			continue
		}
		require.NoError(t, err, "%s\n%s", command, output)
		require.Contains(t, string(output), "everything runs on ", command)
	}
}

// The pages' own lines that get the module for an app, and install its command.
func TestGettingTheModuleAsThePagesSay(t *testing.T) {
	get := append(pages.Commands(t, "go get github.com/dualarch/dualarch"), pages.Spans(t, "go get github.com/dualarch/dualarch@latest")...)
	install := pages.Spans(t, "go install github.com/dualarch/dualarch/cmd/dualarch@latest")
	bin := t.TempDir()
	environment := append(published(t), "GOBIN="+bin)
	run := func(folder, command string) {
		shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", command)
		shell.Dir, shell.Env = folder, append(os.Environ(), environment...)
		output, err := shell.CombinedOutput()
		require.NoError(t, err, "%s\n%s", command, output)
	}
	for _, command := range get {
		app := t.TempDir()
		write(t, filepath.Join(app, "go.mod"), []byte("module example.com/shop\n\ngo 1.26\n"))
		run(app, command)
		requirements, err := os.ReadFile(filepath.Join(app, "go.mod"))
		require.NoError(t, err)
		require.Contains(t, string(requirements), "github.com/dualarch/dualarch v1.0.0")
	}
	for _, command := range install {
		run(t.TempDir(), command)
		output, err := exec.Command(filepath.Join(bin, "dualarch"), "--version").Output()
		require.NoError(t, err)
		require.Contains(t, string(output), "v1.0.0")
	}
}

// away is a folder for all tests of this package.
var away string

func TestMain(m *testing.M) {
	var err error
	if away, err = os.MkdirTemp("", "dualarch-pages"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(away)
	os.Exit(code)
}

// published is the environment in which the go command finds this module, as it lies here, at a module
// proxy as its latest version. What it depends on comes from the module cache, or from where the go command
// gets it otherwise, into a module cache that the tests share: unpacking the CDK takes a while. So does
// compiling, which -trimpath makes independent of where that cache lies, so that it is done once for all runs.
func published(t *testing.T) []string {
	t.Helper()
	proxy := filepath.Join(away, "proxy")
	publish.Do(func() { publishModule(t, proxy) })
	output, err := exec.Command("go", "env", "GOMODCACHE", "GOPROXY").Output()
	require.NoError(t, err)
	settings := strings.Fields(string(output))
	return []string{
		"GOPROXY=file://" + proxy + ",file://" + filepath.Join(settings[0], "cache", "download") + "," + settings[1],
		"GOMODCACHE=" + filepath.Join(away, "modules"), "GOFLAGS=-modcacherw -trimpath", "GOSUMDB=off", "GONOPROXY=none", "GOPRIVATE=",
	}
}

var publish sync.Once

// publishModule lays out this module as a module proxy has it.
func publishModule(t *testing.T, proxy string) {
	t.Helper()
	root, err := pages.Root()
	require.NoError(t, err)
	version := module.Version{Path: "github.com/dualarch/dualarch", Version: "v1.0.0"}
	at := filepath.Join(proxy, version.Path, "@v")
	write(t, filepath.Join(at, "list"), []byte(version.Version+"\n"))
	write(t, filepath.Join(at, version.Version+".info"), []byte(`{"Version":"`+version.Version+`"}`))
	requirements, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	write(t, filepath.Join(at, version.Version+".mod"), requirements)
	var content bytes.Buffer
	require.NoError(t, modzip.Create(&content, version, sources(t, root)))
	write(t, filepath.Join(at, version.Version+".zip"), content.Bytes())
}

// source is a file of the module.
type source struct{ root, file string }

func (s source) Path() string                 { return s.file }
func (s source) Lstat() (os.FileInfo, error)  { return os.Lstat(filepath.Join(s.root, s.file)) }
func (s source) Open() (io.ReadCloser, error) { return os.Open(filepath.Join(s.root, s.file)) }

// sources returns the module's files without what was installed and built among them.
func sources(t *testing.T, root string) []modzip.File {
	t.Helper()
	var files []modzip.File
	require.NoError(t, filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case file != root && (name == "node_modules" || name == "cdk.out" || strings.HasPrefix(name, ".")):
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case !entry.Type().IsRegular():
			return nil
		}
		relative, err := filepath.Rel(root, file)
		files = append(files, source{root, filepath.ToSlash(relative)})
		return err
	}))
	return files
}

func zipped(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var content bytes.Buffer
	archive := zip.NewWriter(&content)
	for name, text := range files {
		entry, err := archive.Create(name)
		require.NoError(t, err)
		_, err = entry.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	return content.Bytes()
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, content, 0o644))
}
