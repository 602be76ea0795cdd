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

// Verdict is the result of Inspect.
type Verdict struct {
	// Classic is why the classic builder would build and what to do, or "" if another
	// builder would or nothing is known.
	Classic string
	// Warnings are what a deployment will lack, each with the remedy.
	Warnings []string
	// Reached is whether Docker's daemon answered.
	Reached bool
}

// patience is how long Docker may take to tell its version: a remote engine that is
// gone must not hold up synthesis.
const patience = 10 * time.Second

// Inspect asks the Docker that CDK will use: the program that CDK_DOCKER names, or
// docker.
func Inspect(ctx context.Context) Verdict {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	program := program()
	said, err := ask(ctx, program, "--version")
	if err != nil {
		return Verdict{Warnings: []string{fmt.Sprintf("%s cannot be run (%v): synthesis continues, but cdk deploy will fail before it changes the stack; install Docker 23 or newer", program, err)}}
	}
	if !strings.HasPrefix(said, "Docker version ") {
		return Verdict{} // Podman and Finch heed the platform
	}
	said, err = ask(ctx, program, "version", "--format", "{{.Client.Version}} {{.Server.Version}}")
	if err != nil {
		return Verdict{Warnings: []string{fmt.Sprintf("the Docker daemon cannot be reached (%v): synthesis continues, but cdk deploy will fail before it changes the stack; start the daemon", err)}}
	}
	client, server, _ := strings.Cut(said, " ")
	verdict := Verdict{Classic: classic(ctx, program, client, server), Reached: true}
	if text := emulation(os.Getenv("DOCKER_HOST"), binfmt, runtime.GOARCH); text != "" {
		verdict.Warnings = append(verdict.Warnings, text)
	}
	return verdict
}

// program returns the Docker that CDK will use.
func program() string { return cmp.Or(os.Getenv("CDK_DOCKER"), "docker") }

// ask runs a program and returns the last line of its output; an error has the last
// line of its standard error.
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

// classic follows the docker client's own choice: DOCKER_BUILDKIT decides if it is
// set. Else a client before 23 uses BuildKit if the engine is 23 or newer, and a
// newer client uses its plugin buildx if that is installed.
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

// major returns the first number of a version; anything else counts as new.
func major(version string) int {
	first, _, _ := strings.Cut(version, ".")
	number, err := strconv.Atoi(first)
	if err != nil {
		return 1 << 10
	}
	return number
}

// binfmt is the folder in which Linux lists the emulators of foreign programs.
const binfmt = "/proc/sys/fs/binfmt_misc"

// emulation warns if the building Linux machine cannot run programs of the other
// architecture, which RUN lines of a Dockerfile need. Nothing is known of a remote
// engine, or of one in another system's virtual machine.
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
