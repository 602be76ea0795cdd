// Command sh stands in for /bin/sh and the two programs that these tests' Dockerfiles run with it,
// in images made from scratch: no base image is pulled, and no distribution's shell is installed for
// both architectures. The shell itself is complete.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

func main() {
	var status interp.ExitStatus
	switch err := run(os.Args[1:]); {
	case errors.As(err, &status):
		os.Exit(int(status))
	case err != nil:
		fmt.Fprintln(os.Stderr, "sh:", err)
		os.Exit(2)
	}
}

// run takes `-c line`, which is how Docker calls a shell.
func run(args []string) error {
	if len(args) != 2 || args[0] != "-c" {
		return fmt.Errorf("want -c and a line, got %q", args)
	}
	line, err := syntax.NewParser().Parse(strings.NewReader(args[1]), "")
	if err != nil {
		return err
	}
	shell, err := interp.New(interp.StdIO(nil, os.Stdout, os.Stderr), interp.ExecHandlers(files))
	if err != nil {
		return err
	}
	return shell.Run(context.Background(), line)
}

// files does what sam local needs of coreutils.
func files(next interp.ExecHandlerFunc) interp.ExecHandlerFunc {
	return func(ctx context.Context, args []string) error {
		switch {
		case len(args) == 3 && args[0] == "mv":
			return os.Rename(args[1], args[2])
		case len(args) == 3 && args[0] == "chmod" && args[1] == "+x":
			return os.Chmod(args[2], 0o755)
		}
		return next(ctx, args)
	}
}
