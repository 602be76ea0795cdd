package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

const (
	// page explains differences that are none to mend.
	page = "docs/current.md"
	// callsHome is the package that makes the module's AWS calls.
	callsHome = "internal/lambdaapi"
)

// errDifferences is for the exit code alone: they have been printed.
var errDifferences = errors.New("differences")

func main() {
	pip := flag.String("pip", "pip", "the pip to download Python packages with")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch err := run(ctx, *pip, os.Stdout); {
	case errors.Is(err, errDifferences):
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "current:", err)
		os.Exit(2)
	}
}

// run compares at the root of the module.
func run(ctx context.Context, pip string, out io.Writer) error {
	pip, err := filepath.Abs(pip)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "dualarch-current")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }() // the temporary folder's system tidies up too
	ours, err := known(".")
	if err != nil {
		return err
	}
	c := comparison{root: ".", ours: ours, out: out, fetch: fetcher{goCommand: "go", pip: pip, folder: folder}}
	c.say("current: fetching the newest packages, %s", time.Now().UTC().Format(time.DateOnly))
	return c.run(ctx)
}

// comparison is one run of the tool.
type comparison struct {
	root  string
	ours  knowledge
	fetch fetcher
	out   io.Writer
}

// say prints a line. Whoever reads it no more needs no error.
func (c comparison) say(format string, args ...any) {
	_, _ = fmt.Fprintf(c.out, format+"\n", args...)
}

func (c comparison) run(ctx context.Context) error {
	explained, err := readExplanations(filepath.Join(c.root, page))
	if err != nil {
		return err
	}
	theirs, releases, err := gather(ctx, c.root, c.fetch, c.ours.calls.calls)
	if err != nil {
		return err
	}
	for _, r := range releases {
		c.say("current: compared with %s", r)
	}
	unexplained, stale := explained.judge(compare(c.ours, theirs))
	for _, d := range unexplained {
		c.say("%s", d)
	}
	for _, item := range stale {
		c.say("%s: explained in %s, and no difference any more", item, page)
	}
	if len(unexplained)+len(stale) > 0 {
		c.say("current: %d to mend or to explain in %s, %d explained there for nothing, %d explained",
			len(unexplained), page, len(stale), len(explained)-len(stale))
		return errDifferences
	}
	c.say("current: nothing that is not explained in %s (%d lines)", page, len(explained))
	return nil
}
