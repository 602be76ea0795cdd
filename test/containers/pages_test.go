package containers

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/pages"
)

// shell runs lines of a page in a folder and returns what they print. Where they say docker, it is the
// client that goes with the engine.
func shell(t *testing.T, folder, lines string, environment ...string) string {
	t.Helper()
	command := typed(t, folder, lines, environment...)
	var output, complaints bytes.Buffer
	command.Stdout, command.Stderr = &output, &complaints
	require.NoError(t, command.Run(), "%s\n%s\n%s", lines, &output, &complaints)
	return output.String()
}

func typed(t *testing.T, folder, lines string, environment ...string) *exec.Cmd {
	t.Helper()
	client, err := exec.LookPath(program())
	require.NoError(t, err)
	bin := t.TempDir()
	require.NoError(t, os.Symlink(client, filepath.Join(bin, "docker")))
	command := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", `PATH="$FIRST:$PATH"`+"\n"+lines)
	command.Dir = folder
	// The flags of the make that runs this test are not for one that a page tells to run.
	command.Env = slices.DeleteFunc(os.Environ(), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return slices.Contains([]string{"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES"}, name)
	})
	command.Env = append(append(command.Env, environment...), "FIRST="+bin)
	return command
}

// The pages' commands build the Dockerfile of docs/containers.md for both architectures by hand, and try an
// image. TestDeploy builds the demo's.
func TestByHand(t *testing.T) {
	standInForGo(t)
	page, err := os.ReadFile(filepath.Join(root, "docs", "containers.md"))
	require.NoError(t, err)
	_, dockerfile, found := strings.Cut(string(page), "```dockerfile\n")
	require.True(t, found)
	dockerfile, _, _ = strings.Cut(dockerfile, "```\n")
	folder := t.TempDir()
	write(t, filepath.Join(folder, "Dockerfile"), withoutDigests(dockerfile))
	link(t, filepath.Join(root, "test", "consumer", "testdata", "orders.go.txt"), filepath.Join(folder, "functions", "orders", "main.go"))
	link(t, filepath.Join(root, "go.sum"), filepath.Join(folder, "go.sum"))
	lambdaGo := strings.TrimSpace(run(t, "go", "list", "-m", "github.com/aws/aws-lambda-go"))
	write(t, filepath.Join(folder, "go.mod"), "module example.com/orders\n\ngo 1.26\n\nrequire "+lambdaGo+"\n")

	forget(t, "image", "rm", "--force", "orders:x86_64", "orders:arm64")
	built := shell(t, folder, strings.Join(pages.Block(t, "export BUILDX_NO_DEFAULT_ATTESTATIONS="), "\n"))
	require.True(t, strings.HasSuffix(built, "amd64\narm64\n"), built)
	for _, p := range platforms {
		requireImage(t, p, "orders:"+p.lambda)
	}

	block := pages.Block(t, "docker run ")
	require.Len(t, block, 2)
	link(t, runtimeInterfaceEmulator(t, "arm64"), filepath.Join(folder, "aws-lambda-rie-arm64"))
	port := freePort(t)
	for i := range block {
		require.Contains(t, block[i], "9000")
		block[i] = strings.ReplaceAll(block[i], "9000", port)
	}
	emulator := typed(t, folder, block[0])
	var said bytes.Buffer
	emulator.Stdout, emulator.Stderr = &said, &said
	require.NoError(t, emulator.Start())
	t.Cleanup(func() {
		if ids := strings.Fields(docker(t, "ps", "--all", "--quiet", "--filter", "ancestor=orders:arm64")); len(ids) > 0 {
			docker(t, append([]string{"rm", "--force"}, ids...)...)
		}
		_ = emulator.Wait() // it was ended
	})
	var answer []byte
	for deadline := time.Now().Add(patience); ; time.Sleep(500 * time.Millisecond) {
		answer, err = typed(t, folder, block[1]).Output()
		if err == nil {
			break
		}
		require.True(t, time.Now().Before(deadline), "no answer: %v", err) // before that it does not listen yet
	}
	require.Equal(t, `"no orders"`, string(answer))
}

// freePort returns a port of this machine that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	return port
}
