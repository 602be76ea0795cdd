package emulator

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// CDK runs the project's own CDK CLI on the project's app against the emulator and copies what it
// prints to output. A cancelled ctx ends the CLI and the app it runs. The error names the command;
// output says why it failed.
func (e *Emulator) CDK(ctx context.Context, output io.Writer, args ...string) error {
	return e.cli(ctx, e.root, output, append(slices.Clone(args), "--output", e.AssemblyDir())...)
}

// OnAssembly runs the CDK CLI on a cloud assembly that was synthesized before, without building or
// synthesizing anything.
func (e *Emulator) OnAssembly(ctx context.Context, output io.Writer, dir string, args ...string) error {
	return e.cli(ctx, e.Dir, output, append(slices.Clone(args), "--app", dir)...)
}

// Deploy deploys a stack of a cloud assembly that was synthesized before, with more arguments of the CDK CLI, and returns
// the stack's outputs.
func (e *Emulator) Deploy(ctx context.Context, output io.Writer, assembly, stack string, more ...string) (map[string]string, error) {
	file := filepath.Join(e.Dir, "outputs.json")
	args := append([]string{"deploy", stack, "--require-approval", "never", "--outputs-file", file}, more...)
	if err := e.OnAssembly(ctx, output, assembly, args...); err != nil {
		return nil, err
	}
	return ReadOutputs(file, stack)
}

// ReadOutputs reads a stack's outputs from what the CDK CLI has written to its --outputs-file.
func ReadOutputs(file, stack string) (map[string]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var stacks map[string]map[string]string
	if err := json.Unmarshal(text, &stacks); err != nil {
		return nil, fmt.Errorf("reading the stacks' outputs from %s: %w", file, err)
	}
	return stacks[stack], nil
}

// Bootstrap prepares the emulated account for the CDK. It runs in a folder without a cdk.json,
// because the CLI would otherwise synthesize the app for nothing.
func (e *Emulator) Bootstrap(ctx context.Context, output io.Writer) error {
	return e.cli(ctx, e.Dir, output, "bootstrap", "aws://"+Account+"/"+Region)
}

func (e *Emulator) cli(ctx context.Context, dir string, output io.Writer, args ...string) error {
	args = append(slices.Clone(args), "--no-notices", "--ci", "--no-color")
	cmd := exec.CommandContext(ctx, filepath.Join(e.root, "node_modules", ".bin", "cdk"), args...)
	cmd.Dir = dir
	cmd.Env = append(e.Env(), e.CLIEnvironment...)
	cmd.Stdout, cmd.Stderr = output, output
	cmd.SysProcAttr = ownGroup()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Minute // for what was printed at the end, on a busy machine

	// The kernel ends the child when the thread that started it ends, not the process.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("cdk %s failed after %s: %w", strings.Join(args, " "), time.Since(start).Round(time.Second), err)
	}
	return nil
}

// AssemblyDir returns the folder in which the CDK CLI writes the templates that it synthesizes for
// this emulator.
func (e *Emulator) AssemblyDir() string { return filepath.Join(e.Dir, "cdk.out") }
