package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/execution"
	"github.com/dualarch/dualarch/internal/fleet"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/lambdaapi"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// executeFleet starts a fleet's execution, waits for its end and returns the verdicts, the largest saving first.
func (o *tuneOptions) executeFleet(ctx context.Context, client *execution.Client, f fleetJob, stderr io.Writer) ([]verdicts.Verdict, error) {
	if ctx.Err() != nil {
		return nil, errBetweenRuns
	}
	// An interrupt must not lose the answer: there would be an execution that nobody stops.
	began := time.Now()
	started, err := client.Start(context.WithoutCancel(ctx), f.ARN, f.input)
	if err != nil {
		return nil, &statusError{exitRunFailed, err}
	}
	say(stderr, f.label+": started "+started)
	show := newFleetProgress(stderr, o.terminal, f)
	output, err := client.FollowFleet(ctx, started, o.poll, show.reportFleet)
	show.stop()
	if ctx.Err() != nil && err != nil {
		return nil, o.interruptFleet(ctx, client, started, began, f, stderr)
	}
	if _, ended := errors.AsType[*execution.FleetError](err); ended {
		return nil, &statusError{exitRunFailed, err}
	}
	if err != nil {
		return nil, &statusError{exitRunFailed, fmt.Errorf("%w\nthe execution may still be running: %s", err, look(started))}
	}
	all, err := o.readFleet(ctx, output)
	if err != nil {
		return nil, &statusError{exitRunFailed, err}
	}
	for i := range all {
		f.name(&all[i])
	}
	for _, note := range output.Notes {
		say(stderr, "note: "+note)
	}
	t := output.Totals
	say(stderr, fmt.Sprintf("%s: %s tuned, %d kept from before, %d failed; all advised changes save %s USD a month", f.label, guard.Plural(t.Tuned, "function"), t.Kept, t.Failed, money(t.SavingsPerMonth)))
	return all, nil
}

// readFleet reads the verdicts that a fleet's execution wrote.
func (o *tuneOptions) readFleet(ctx context.Context, output fleet.Output) ([]verdicts.Verdict, error) {
	read := o.object
	if read == nil {
		read = o.account.object
	}
	text, err := read(ctx, output.Fleet)
	if err != nil {
		return nil, fmt.Errorf("the fleet is done, but its verdicts cannot be read (GrantReadResults of the Fleet lets you): %w", err)
	}
	return verdicts.Read(output.Fleet, text)
}

// object reads an object in S3.
func (a *account) object(ctx context.Context, location string) ([]byte, error) {
	cfg, err := a.config(ctx)
	if err != nil {
		return nil, err
	}
	body, err := lambdaapi.New(cfg).Open(ctx, location)
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }() // it was only read
	return io.ReadAll(body)
}

// name gives a verdict the name that its job has here.
func (f fleetJob) name(v *verdicts.Verdict) {
	if v.Execution == nil {
		return
	}
	for _, j := range f.jobs {
		machine := strings.Replace(j.machine.ARN, ":stateMachine:", ":execution:", 1) + ":"
		if !strings.HasPrefix(v.Execution.ARN, machine) {
			continue
		}
		tuned := v.Lambdas()
		if j.target != "" && v.Target() == j.target || len(j.functions) > 0 && slices.Contains(tuned, j.functions[0]) {
			v.Name = j.label
			return
		}
	}
}

// interruptFleet stops the fleet and waits until its functions are put back, or until the next interrupt.
func (o *tuneOptions) interruptFleet(ctx context.Context, client *execution.Client, started string, began time.Time, f fleetJob, stderr io.Writer) error {
	again, stop := o.interrupted(ctx)
	defer stop()
	interrupted := func(format string, values ...any) error {
		return &statusError{exitInterrupted, fmt.Errorf("interrupted"+format, values...)}
	}
	functions := f.functions(started)
	touched, latest, err := client.StopFleet(again, f.Fleet, started, functions)
	switch {
	case again.Err() != nil:
		return interrupted(" twice, before it was certain that the fleet is stopped; to look: %s", look(started))
	case err != nil:
		return interrupted(", but %w\nto look: %s", err, look(started))
	}
	at := latest.Format("15:04:05")
	say(stderr, fmt.Sprintf("stopped; waiting until the functions are put back, at %s at the latest (Ctrl-C leaves)", at))
	waiting, cancel := context.WithDeadline(again, latest.Add(o.seen()))
	defer cancel()
	show := newWaiting(stderr, o.terminal, latest)
	left, err := client.FleetPutBack(waiting, f.Fleet, started, touched, functions, execution.Looks{Every: o.poll, Quiet: o.quiet})
	show.stop()
	toLook := look(started)
	if len(left.Touched) > 0 {
		toLook = lookAtLocks(job{functions: left.Touched})
	}
	switch {
	case err == nil:
		return interrupted(": the functions are put back; what has a verdict is kept by: dualarch tune --all%s --older-than %dd", o.where(), 1+int(time.Since(began)/(24*time.Hour)))
	case again.Err() != nil:
		return interrupted(" twice: the functions are put back by the state machine Heal, at %s at the latest; to look: %s", at, toLook)
	case errors.Is(err, execution.ErrLocked) && len(left.Running) > 0:
		return interrupted(": what the fleet started still runs at %s, although it should be stopped; to stop it, after which the functions are put back: %s", at, stopCommands(left.Running))
	case errors.Is(err, execution.ErrLocked):
		return interrupted(": the functions are not put back at %s, although they should be; to put them back: %s", at, restoreCommands(job{functions: left.Locked}))
	}
	return interrupted(", but whether the functions are put back is not known: %w\nto look: %s", err, toLook)
}

// where are the flags that say again which functions are meant.
func (o *tuneOptions) where() string {
	switch {
	case o.machine != "":
		return " --state-machine " + o.machine
	case o.stack != "":
		return " --stack " + o.stack
	}
	return ""
}

// stopCommands are the commands that stop executions.
func stopCommands(executions []string) string {
	var all []string
	for _, e := range executions {
		all = append(all, "aws stepfunctions stop-execution --execution-arn "+e)
	}
	return strings.Join(all, "; ")
}
