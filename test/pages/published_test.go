package pages_test

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

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
	publish.Do(func() { pages.Publish(t, proxy) })
	output, err := exec.Command("go", "env", "GOMODCACHE", "GOPROXY").Output()
	require.NoError(t, err)
	settings := strings.Fields(string(output))
	return []string{
		"GOPROXY=file://" + proxy + ",file://" + filepath.Join(settings[0], "cache", "download") + "," + settings[1],
		"GOMODCACHE=" + filepath.Join(away, "modules"), "GOFLAGS=-modcacherw -trimpath", "GOSUMDB=off", "GONOPROXY=none", "GOPRIVATE=",
	}
}

var publish sync.Once

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
