package main

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/dualarch/dualarch/internal/execution"
	"github.com/dualarch/dualarch/tuning"
)

// completionTime is how long a shell waits for names that AWS has.
const completionTime = 3 * time.Second

// complete says what a shell may complete flags with. Names of stacks and functions come from AWS; without an answer there are none.
func (o *tuneOptions) complete(command *cobra.Command) {
	for flag, values := range map[string][]string{
		"strategy":    {string(tuning.Cost), string(tuning.Speed), string(tuning.Balanced)},
		"exploration": {string(tuning.Adaptive), string(tuning.Exhaustive)},
		"fail-on":     {"change", "different-answers", "saving=5%"},
	} {
		completeFlag(command, flag, func(context.Context) []string { return values })
	}
	for flag, kind := range map[string]string{"input": "json", "from": "json", "out": "json", "report": "html", "markdown": "md"} {
		if err := command.MarkFlagFilename(flag, kind); err != nil {
			panic(err) // the flag is defined above
		}
	}
	completeFlag(command, "stack", o.stacks)
	completeFlag(command, "target", func(ctx context.Context) []string {
		var names []string
		for _, m := range o.found(ctx, o.stack, o.machine) {
			for _, t := range m.Defaults.Targets {
				names = append(names, t.Name)
			}
		}
		return names
	})
}

func completeFlag(command *cobra.Command, flag string, values func(context.Context) []string) {
	err := command.RegisterFlagCompletionFunc(flag, func(command *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		ctx := command.Context()
		if ctx == nil {
			ctx = context.Background()
		}
		ctx, cancel := context.WithTimeout(ctx, completionTime)
		defer cancel()
		return values(ctx), cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic(err) // the flag is defined above
	}
}

// found returns what a shell can be told of.
func (a *account) found(ctx context.Context, stack, machine string) []execution.Machine {
	client, err := a.client(ctx)
	if err != nil {
		return nil
	}
	all, err := machines(ctx, client, stack, machine)
	if err != nil {
		return nil
	}
	return all
}

// stacks returns the names of the stacks that have a tuner.
func (a *account) stacks(ctx context.Context) []string {
	var names []string
	for _, m := range a.found(ctx, "", "") {
		names = append(names, m.Stack)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
