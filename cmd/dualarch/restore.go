package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/spf13/cobra"

	"github.com/dualarch/dualarch/internal/execution"
)

// newRestore returns "dualarch restore"; poll is how often the function's lock is looked at.
func newRestore(poll time.Duration) *cobra.Command {
	return &cobra.Command{
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
			err := restore(command, given[0], poll)
			if command.Context().Err() != nil {
				return &statusError{exitInterrupted, errors.New("interrupted: the state machine Heal goes on by itself")}
			}
			return err
		},
	}
}

func restore(command *cobra.Command, function string, poll time.Duration) error {
	ctx, stderr := command.Context(), command.ErrOrStderr()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	client := execution.New(cfg)
	holder, err := client.Holder(ctx, function)
	if err != nil {
		return err
	}
	if holder == nil {
		say(stderr, function+": no run has its lock, so there is nothing to put back")
		return nil
	}
	healing, err := client.Heal(ctx, *holder)
	if err != nil {
		return err
	}
	say(stderr, fmt.Sprintf("%s: was changed by %s; started %s, which may wait 15 minutes for a step that may still run", function, holder.Execution, healing))
	if err := client.PutBack(ctx, holder.Execution, []string{holder.Function}, poll); err != nil {
		return err
	}
	say(stderr, function+": put back")
	return nil
}
