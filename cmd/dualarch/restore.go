package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
)

// restoreOptions are the flags of "dualarch restore".
type restoreOptions struct {
	account
	// poll is how often the function's lock is looked at.
	poll time.Duration
}

func newRestore(o restoreOptions) *cobra.Command {
	command := &cobra.Command{
		Use:   "restore FUNCTION",
		Short: "Put a function back that a run which was cut off has left changed",
		Long: `Starts the tuner's state machine Heal for the execution whose lock the function has, and
waits until the lock is gone. That state machine does so by itself whenever an execution
is stopped or fails; this is for when its event was lost. FUNCTION is a name or an ARN.

The exit status is 0 if the function is as it was, 2 if it cannot be put back, 130 if
it was interrupted while waiting.`,
		Example:       `  dualarch restore shop-orders-arm64`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(command *cobra.Command, given []string) error {
			if len(given) != 1 {
				return fmt.Errorf("%d functions were given; give one\n\n%s", len(given), command.UsageString())
			}
			return nil
		},
		RunE: func(command *cobra.Command, given []string) error {
			return o.run(command.Context(), given[0], command.ErrOrStderr())
		},
	}
	o.flags(command)
	return command
}

func (o *restoreOptions) run(ctx context.Context, function string, stderr io.Writer) error {
	say(stderr, function+": looking for its lock …")
	client, err := o.client(ctx)
	if err != nil {
		return err
	}
	holder, err := client.Holder(ctx, function)
	switch {
	case ctx.Err() != nil:
		return &statusError{exitInterrupted, errors.New("interrupted: nothing was started")}
	case err != nil:
		return err
	case holder == nil:
		say(stderr, function+": no run has its lock, so there is nothing to put back")
		return nil
	}
	healing, err := client.Heal(ctx, *holder)
	if err != nil {
		return err
	}
	say(stderr, fmt.Sprintf("%s: was changed by %s; started %s, which may wait 15 minutes for a step that may still run", function, holder.Execution, healing))
	err = client.Healed(ctx, healing, *holder, o.poll)
	switch {
	case ctx.Err() != nil:
		return &statusError{exitInterrupted, errors.New("interrupted: the state machine Heal goes on by itself")}
	case err != nil:
		return err
	}
	say(stderr, function+": put back")
	return nil
}
