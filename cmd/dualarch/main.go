package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/survey"
)

// The exit statuses, beside 0.
const (
	exitFound = 1
	exitUsage = 2
)

// errFound reports that something cannot run; the command itself did not fail.
var errFound = errors.New("something cannot run")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	terminal := isatty.IsTerminal(os.Stderr.Fd()) || isatty.IsCygwinTerminal(os.Stderr.Fd())
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr, terminal)
	stop()
	os.Exit(status)
}

// run is the whole command; terminal reports whether stderr is a screen.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, terminal bool) int {
	o := tuneDefaults(terminal)
	root := &cobra.Command{
		Use:           "dualarch",
		Short:         "Answers which architecture and memory size a Lambda function should have",
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetVersionTemplate(versionTemplate)
	root.AddCommand(newSurvey(surveyOptions{survey: survey.Run, terminal: terminal}), newCheck(terminal), newAdopt(), newReport(), newTune(&o), newHistory(historyOptions{}), newRestore(restoreOptions{poll: o.poll}), newTunerBinary())
	return execute(ctx, args, stdout, stderr, root)
}

// execute executes a command and returns its exit status.
func execute(ctx context.Context, args []string, stdout, stderr io.Writer, command *cobra.Command) int {
	command.SetArgs(args)
	command.SetOut(stdout)
	command.SetErr(stderr)
	err := command.ExecuteContext(ctx)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errFound):
		return exitFound
	}
	// Nothing is left to tell it to if stderr fails.
	_, _ = fmt.Fprintln(stderr, "dualarch: "+guard.PrintableText(strings.TrimSpace(err.Error())))
	if own, ok := errors.AsType[*statusError](err); ok {
		return own.status
	}
	return exitUsage
}
