// Command demo is `make demo`: it deploys the demo app to the emulator with the real CDK CLI,
// calls both siblings of both functions through API Gateway, tunes prime with `dualarch tune`,
// deploys a release of prime that changes the answer, tunes again, writes .build/report.html
// about both verdicts, and removes everything again.
//
// Ctrl-C ends it at any point without leaving a process behind.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/dualarch/dualarch/test/demostack"
	"github.com/dualarch/dualarch/test/emulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Stdout)
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "\ninterrupted; everything that was started has been ended")
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) (err error) {
	logFile := filepath.Join(".build", "demo.log")
	if err := os.MkdirAll(filepath.Dir(logFile), 0o755); err != nil {
		return err
	}
	log, err := os.Create(logFile)
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, log.Close())
		if err != nil && ctx.Err() == nil {
			err = fmt.Errorf("%w\nwhat the CDK CLI printed is in %s", err, logFile)
		}
	}()
	step := stepPrinter(out)

	step("Starting the emulator and bootstrapping the CDK")
	stack, err := demostack.Start(ctx, emulator.Options{Name: "demo"}, io.MultiWriter(log, newCLIOutput(out)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stack.Close()) }()

	step("Deploying the demo app: two functions, each on x86_64 and arm64 (cdk deploy)")
	if err := stack.Deploy(ctx); err != nil {
		return err
	}
	step("Calling both functions on both architectures through API Gateway")
	if err := callSiblings(ctx, out, stack); err != nil {
		return err
	}
	step("Tuning both siblings of prime in one execution")
	if err := tune(ctx, out, stack, before); err != nil {
		return err
	}
	best, err := advised(before)
	if err != nil {
		return err
	}
	step("Deploying a release of prime that has become slow on " + string(best.Architecture) + " (cdk deploy)")
	stack.Context = append(stack.Context, slowRelease(best.Architecture))
	if err := stack.Deploy(ctx); err != nil {
		return err
	}
	step("Tuning again: is the advice still true?")
	if err := tune(ctx, out, stack, after, few...); err != nil {
		return err
	}
	step("Comparing the verdicts")
	if err := showChange(ctx, out, stack); err != nil {
		return err
	}
	step("Destroying the stack (cdk destroy) and ending the emulator")
	return stack.Destroy(ctx)
}

// stepPrinter prints a heading with the time since the start.
func stepPrinter(out io.Writer) func(string) {
	begin := time.Now()
	return func(heading string) {
		_, _ = fmt.Fprintf(out, "\n[%3.0f s] %s\n", time.Since(begin).Seconds(), heading)
	}
}
