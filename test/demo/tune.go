package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/test/demostack"
	"github.com/dualarch/dualarch/tuning"
)

// caveat is printed after the verdicts: without it they would look like measurements.
const caveat = `
  These durations come from an emulator: one sibling ran under qemu, and memory size had no
  effect on speed. They show that everything works end to end, and are no measure of Graviton.
  For that, deploy the same app to an AWS account: npx cdk deploy
`

// The files that the demo leaves.
var (
	before = filepath.Join(".build", "verdict-before.json")
	after  = filepath.Join(".build", "verdict-after.json")
	report = filepath.Join(".build", "report.html")
)

// dualarch runs the command, which make has built, on the emulator.
func dualarch(ctx context.Context, out io.Writer, stack *demostack.Stack, args ...string) error {
	if _, err := fmt.Fprintf(out, "  $ dualarch %s\n", strings.Join(args, " ")); err != nil {
		return err
	}
	command := exec.CommandContext(ctx, filepath.Join(".build", "dualarch"), args...)
	command.Env = stack.Emulator.Env()
	command.Stdout, command.Stderr = out, os.Stderr
	command.WaitDelay = time.Second
	return command.Run()
}

// tune has the command tune the stack, whose one tuned function is prime.
func tune(ctx context.Context, out io.Writer, stack *demostack.Stack, file string, more ...string) error {
	return dualarch(ctx, out, stack, append([]string{"tune", "--stack", demostack.Name, "--yes", "--out", file}, more...)...)
}

// few are memory sizes enough to see whether an advice is still true, by one round.
var few = []string{"--input", filepath.Join("test", "demo", "few.json")}

// slowRelease returns the CDK context of a release of prime that has become slow on one architecture.
func slowRelease(a tuning.Architecture) string {
	machine := map[tuning.Architecture]string{tuning.X86: "x86_64", tuning.Arm: "aarch64"}[a]
	return "primePause=" + machine + "=500ms"
}

// showChange shows both verdicts and writes the page about them. It fails if the second run advises the architecture that
// the first did.
func showChange(ctx context.Context, out io.Writer, stack *demostack.Stack) error {
	if err := dualarch(ctx, out, stack, "history", "--stack", demostack.Name, "--report", report); err != nil {
		return err
	}
	was, err := advised(before)
	if err != nil {
		return err
	}
	is, err := advised(after)
	if err != nil {
		return err
	}
	if was.Architecture == is.Architecture {
		return fmt.Errorf("both releases of prime are best on %s: the second one was meant to change that", was.Architecture)
	}
	_, err = fmt.Fprintf(out, "\n  The advice has changed: it was %s, and is %s now.\n  %s shows both verdicts: open it in a browser.\n%s",
		phrase.Configuration(was), phrase.Configuration(is), report, caveat)
	return err
}

// advised returns the configuration that a file's verdict advises.
func advised(file string) (tuning.Configuration, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return tuning.Configuration{}, err
	}
	found, err := verdicts.Read(file, text)
	if err != nil {
		return tuning.Configuration{}, err
	}
	if len(found) != 1 || found[0].Output == nil {
		return tuning.Configuration{}, errors.New(file + " has no verdict")
	}
	return verdicts.Advised(found[0].Output), nil
}
