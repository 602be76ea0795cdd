package dockerbuild

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Verdict is what Inspect found.
type Verdict struct {
	// Classic is why the classic builder would build and what to do, "" where
	// another one does or nothing is known.
	Classic string
	// Warnings say what a deployment will lack, and the remedy.
	Warnings []string
	// Reached says that Docker's daemon answered.
	Reached bool
}

// patience is how long Docker may take to say what it is: an engine that is far
// away and gone must not hold up a synthesis.
const patience = 10 * time.Second

// Inspect asks the Docker that CDK will use: the program that CDK_DOCKER names, or
// docker.
func Inspect(ctx context.Context) Verdict {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	program := program()
	said, err := ask(ctx, program, "--version")
	if err != nil {
		return Verdict{Warnings: []string{fmt.Sprintf("%s cannot be run (%v): synthesis goes on, and cdk deploy will fail before it changes the stack; install Docker 23 or newer", program, err)}}
	}
	if !strings.HasPrefix(said, "Docker version ") {
		return Verdict{} // Podman and Finch heed the platform
	}
	said, err = ask(ctx, program, "version", "--format", "{{.Client.Version}} {{.Server.Version}}")
	if err != nil {
		return Verdict{Warnings: []string{fmt.Sprintf("the Docker daemon cannot be reached (%v): synthesis goes on, and cdk deploy will fail before it changes the stack; start the daemon", err)}}
	}
	client, server, _ := strings.Cut(said, " ")
	verdict := Verdict{Classic: classic(ctx, program, client, server), Reached: true}
	if text := emulation(os.Getenv("DOCKER_HOST"), binfmt, runtime.GOARCH); text != "" {
		verdict.Warnings = append(verdict.Warnings, text)
	}
	return verdict
}

// program is the Docker that CDK will use.
func program() string { return cmp.Or(os.Getenv("CDK_DOCKER"), "docker") }

// ask runs a program and returns the last line it printed; an error is the last
// line it complained with.
func ask(ctx context.Context, program string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, program, args...)
	command.WaitDelay = time.Second
	output, err := command.Output()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("no answer within %v", patience)
	case errors.As(err, &exit) && lastLine(exit.Stderr) != "":
		return "", errors.New(lastLine(exit.Stderr))
	case err != nil:
		return "", err
	}
	return lastLine(output), nil
}

func lastLine(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// classic follows the docker client's own choice: DOCKER_BUILDKIT decides where it
// is set. Else a client before 23 takes BuildKit where the engine is 23 or newer, and
// a newer client takes its plugin buildx where that is installed.
func classic(ctx context.Context, program, client, server string) string {
	const why = "Docker's classic builder would build the images: its cache ignores the platform, so that both siblings would get the image of one architecture; "
	if text := os.Getenv("DOCKER_BUILDKIT"); text != "" {
		if on, err := strconv.ParseBool(text); err != nil || on {
			return ""
		}
		return why + fmt.Sprintf("DOCKER_BUILDKIT is %q: unset it or set it to 1", text)
	}
	if major(client) < 23 {
		if major(server) >= 23 {
			return ""
		}
		return why + fmt.Sprintf("set DOCKER_BUILDKIT=1 (docker %s with engine %s), or install Docker 23 or newer", client, server)
	}
	if _, err := ask(ctx, program, "buildx", "version"); err != nil {
		return why + fmt.Sprintf("install the buildx plugin (docker %s has none)", client)
	}
	return ""
}

// major is the first number of a version; what is no version counts as new.
func major(version string) int {
	first, _, _ := strings.Cut(version, ".")
	number, err := strconv.Atoi(first)
	if err != nil {
		return 1 << 10
	}
	return number
}

// binfmt is where Linux lists the emulators of foreign programs.
const binfmt = "/proc/sys/fs/binfmt_misc"

// emulation warns where the Linux machine that builds cannot run the programs of
// the other architecture, which a RUN line of a Dockerfile needs. Nothing is known
// of an engine elsewhere, or in the virtual machine of another system.
func emulation(dockerHost, dir, host string) string {
	foreign, emulator := "arm64", "qemu-aarch64"
	if host == "arm64" {
		foreign, emulator = "x86_64", "qemu-x86_64"
	}
	local := dockerHost == "" || strings.HasPrefix(dockerHost, "unix://")
	if _, err := os.Stat(dir); !local || err != nil {
		return ""
	}
	if state, err := os.ReadFile(filepath.Join(dir, emulator)); err == nil && strings.HasPrefix(string(state), "enabled") {
		return ""
	}
	return fmt.Sprintf("programs for %s cannot be run here (no %s in %s): a Dockerfile with RUN lines for that platform will fail to build; install qemu-user-static and binfmt-support", foreign, emulator, dir)
}
