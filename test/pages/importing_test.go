package pages_test

import (
	"debug/elf"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarchtest"
	"github.com/dualarch/dualarch/test/pages"
)

// In the module of an app that imports the constructs, go.sum lacks what only the command needs: the command runs by its
// version, or as a tool of the module, as the page says.
func TestTheCommandInAModuleThatImportsThisOne(t *testing.T) {
	tool := pages.Block(t, "go get -tool github.com/dualarch/dualarch/cmd/dualarch")
	app := t.TempDir()
	library := []byte(binarchtest.Program(t, elf.EM_X86_64))
	binary.LittleEndian.PutUint16(library[16:], uint16(elf.ET_DYN))
	write(t, filepath.Join(app, "function.zip"), zipped(t, map[string]string{"liba.so": string(library)}))
	write(t, filepath.Join(app, "go.mod"), []byte("module example.com/shop\n\ngo 1.26\n"))
	write(t, filepath.Join(app, "main.go"), []byte("package main\n\nimport _ \"github.com/dualarch/dualarch/tuning\"\n\nfunc main() {}\n"))
	// Without the folder's path in what is compiled, the build cache knows it from the last time.
	environment := append(published(t), "GOFLAGS=-modcacherw -trimpath")
	run := func(command string) (string, error) {
		shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", command)
		shell.Dir, shell.Env = app, append(os.Environ(), environment...)
		output, err := shell.CombinedOutput()
		return string(output), err
	}
	output, err := run("go mod tidy && go vet .")
	require.NoError(t, err, output)
	before, err := os.ReadFile(filepath.Join(app, "go.mod"))
	require.NoError(t, err)

	const found = "  error     liba.so  x86_64 Linux  arm64        it cannot be loaded there\n"
	output, err = run("go run github.com/dualarch/dualarch/cmd/dualarch check --arch arm64 function.zip")
	require.Error(t, err)
	require.Contains(t, output, "missing go.sum entry for module providing package github.com/spf13/cobra", "if this works by itself, the page can say so")
	output, err = run("go run github.com/dualarch/dualarch/cmd/dualarch@v1.0.0 check --arch arm64 function.zip")
	require.Error(t, err, "something cannot run")
	require.Contains(t, output, found)
	after, err := os.ReadFile(filepath.Join(app, "go.mod"))
	require.NoError(t, err)
	require.Equal(t, string(before), string(after), "it is none of the module's business")

	for _, command := range tool {
		output, err = run(strings.ReplaceAll(command, "cdk.out", "function.zip"))
		if strings.HasPrefix(command, "go tool ") {
			require.Error(t, err, "something cannot run")
			require.Contains(t, output, found)
			continue
		}
		require.NoError(t, err, output)
	}
	after, err = os.ReadFile(filepath.Join(app, "go.mod"))
	require.NoError(t, err)
	require.Contains(t, string(after), "\ntool github.com/dualarch/dualarch/cmd/dualarch\n")
}
