package containers

import (
	"archive/tar"
	"bytes"
	"cmp"
	"context"
	"debug/elf"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/pages"
)

// platform is one of Lambda's architectures by all of its names.
type platform struct {
	lambda  string // x86_64, arm64
	goarch  string // amd64, arm64: Docker's too
	kernel  string // x86_64, aarch64: what a program on it answers
	machine elf.Machine
}

// patience is for what comes within seconds, but not on a machine that is busy with something else.
const patience = 5 * time.Minute

func (p platform) docker() string { return "linux/" + p.goarch }

var platforms = []platform{
	{"x86_64", "amd64", "x86_64", elf.EM_X86_64},
	{"arm64", "arm64", "aarch64", elf.EM_AARCH64},
}

// program returns the Docker client, which scripts/test-containers.sh chose to go with the engine.
func program() string { return cmp.Or(os.Getenv("CDK_DOCKER"), "docker") }

// docker runs the client and returns what it prints, without the last newline.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	command := exec.Command(program(), args...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	output, err := command.Output()
	require.NoError(t, err, "docker %s\n%s\n%s", strings.Join(args, " "), output, &complaints)
	return strings.TrimSpace(string(output))
}

// forget removes what a test leaves on the engine, which may be a developer's own. It ignores what
// does not exist, because a test that failed early has not made it.
func forget(t *testing.T, args ...string) {
	t.Helper()
	t.Cleanup(func() { _ = exec.CommandContext(context.Background(), program(), args...).Run() })
}

// build builds a folder's Dockerfile for a platform, with more arguments if given.
func build(t *testing.T, p platform, tag, dir string, args ...string) {
	t.Helper()
	forget(t, "image", "rm", "--force", tag)
	docker(t, append(append([]string{"build", "--quiet", "--platform", p.docker(), "--tag", tag}, args...), dir)...)
}

// requireImage checks what an image is labelled with, and what the program in it was built for: the
// one does not follow from the other.
func requireImage(t *testing.T, p platform, image string) {
	t.Helper()
	inspect := pages.Command(t, "docker image inspect --format '{{.Os}}/{{.Architecture}}'")
	require.Equal(t, p.docker(), strings.TrimSpace(shell(t, ".", strings.ReplaceAll(inspect, "IMAGE", image))))
	require.Equal(t, p.machine, machineOf(t, p, image, "/var/task/bootstrap"))
	require.Equal(t, `["/var/task/bootstrap"]`, docker(t, "image", "inspect", "--format", "{{json .Config.Entrypoint}}", image))
}

// machineOf returns what a program in an image was built for.
func machineOf(t *testing.T, p platform, image, file string) elf.Machine {
	t.Helper()
	binary, err := elf.NewFile(bytes.NewReader(content(t, p, image, file)))
	require.NoError(t, err, "%s of %s", file, image)
	return binary.Machine
}

// content reads a file from an image without running it.
func content(t *testing.T, p platform, image, file string) []byte {
	t.Helper()
	container := docker(t, "create", "--pull", "never", "--platform", p.docker(), image, "no-command")
	defer docker(t, "rm", container)
	copied, err := exec.Command(program(), "cp", container+":"+file, "-").Output()
	require.NoError(t, err, "%s of %s", file, image)
	archive := tar.NewReader(bytes.NewReader(copied))
	_, err = archive.Next()
	require.NoError(t, err)
	text, err := io.ReadAll(archive)
	require.NoError(t, err)
	return text
}
