package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/execution"
	"github.com/dualarch/dualarch/internal/fleet"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/lambdaapi"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// fleetJob is one execution of a fleet, which runs those of some jobs.
type fleetJob struct {
	execution.Fleet
	jobs  []job
	input json.RawMessage
	label string
}

// fleets returns the fleets that --all may use.
func (o *tuneOptions) fleets(ctx context.Context, client *execution.Client) ([]execution.Fleet, error) {
	if !o.all {
		return nil, nil
	}
	if o.machine == "" {
		return client.Fleets(ctx, o.stack)
	}
	f, err := client.Fleet(ctx, o.machine)
	if execution.IsNoFleet(err) { // a tuner's
		return nil, nil
	}
	return []execution.Fleet{f}, err
}

// tuners returns the state machines that are asked for: those of a fleet, if its ARN was given.
func (o *tuneOptions) tuners(ctx context.Context, client *execution.Client, fleets []execution.Fleet) ([]execution.Machine, error) {
	if o.machine == "" || len(fleets) == 0 {
		return machines(ctx, client, o.stack, o.machine)
	}
	var all []execution.Machine
	for _, t := range fleets[0].Settings.Tuners {
		m, err := client.Machine(ctx, t.StateMachine)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// inFleet returns which fleet tunes what a job would; -1 if none does.
func inFleet(fleets []execution.Fleet, j job) int {
	return slices.IndexFunc(fleets, func(f execution.Fleet) bool { return f.Tunes(j.machine.ARN) })
}

// byFleet leaves to fleets what they tune, and returns the other jobs.
func (o *tuneOptions) byFleet(all []job, fleets []execution.Fleet, members map[string]json.RawMessage) (alone []job, jobs []fleetJob, err error) {
	byFleet := map[int][]job{}
	for _, j := range all {
		if i := inFleet(fleets, j); i >= 0 {
			byFleet[i] = append(byFleet[i], j)
		} else {
			alone = append(alone, j)
		}
	}
	for i, f := range fleets {
		if byFleet[i] == nil {
			continue
		}
		age := o.olderThan
		if age == "" {
			age = "0d"
		}
		fields := map[string]any{"olderThan": age}
		every := maps.Clone(members)
		if cost, ok := every["maxCost"]; ok {
			fields["maxCost"] = cost
			delete(every, "maxCost")
		}
		if len(every) > 0 {
			fields["input"] = every
		}
		text, err := json.Marshal(fields)
		if err != nil {
			return nil, nil, err
		}
		if _, err := fleet.Decode(text, f.Settings); err != nil {
			return nil, nil, err
		}
		label := "the fleet"
		if f.Stack != "" {
			label += " of " + f.Stack
		}
		jobs = append(jobs, fleetJob{f, byFleet[i], text, label})
	}
	if o.olderThan != "" && len(jobs) == 0 {
		return nil, nil, errors.New("--older-than: no Fleet has these functions; deploy powertuning.NewFleet with their tuners, or leave it out")
	}
	return alone, jobs, nil
}

// estimate says how many functions a fleet tunes, and what that costs at most.
func (f fleetJob) estimate(repeat int) string {
	text := fmt.Sprintf("%s: tunes %s, %d at a time", f.label, guard.Plural(len(f.jobs), "function"), f.Settings.MaxConcurrency)
	if repeat > 1 {
		text += fmt.Sprintf(", in each of %d runs", repeat)
	}
	sum, invocations := 0.0, 0
	for _, j := range f.jobs {
		sum += j.machine.Defaults.Ceilings.Cost()
		invocations += j.exploring() + j.confirming()
	}
	text += fmt.Sprintf(": at most %d invocations", invocations)
	var in struct{ MaxCost float64 }
	if json.Unmarshal(f.input, &in) == nil && in.MaxCost == 0 {
		in.MaxCost = f.Settings.MaxCost
	}
	if in.MaxCost > 0 {
		return text + fmt.Sprintf("; exploring costs at most %s USD in all", money(in.MaxCost))
	}
	return text + fmt.Sprintf(", and never more than %s USD, their tuners' MaxCost together", money(sum))
}

// functions returns a function that tells which functions an execution tunes, by its name.
func (f fleetJob) functions(started string) func(name string) []string {
	byName := map[string][]string{}
	for _, j := range f.jobs {
		target := j.target
		if target == "" && len(j.functions) > 0 {
			target = j.functions[0]
		}
		byName[fleet.ExecutionName(target, started)] = j.functions
	}
	return func(name string) []string { return byName[name] }
}

// executeFleet starts a fleet's execution, waits for its end and returns the verdicts, the largest saving first.
func (o *tuneOptions) executeFleet(ctx context.Context, client *execution.Client, f fleetJob, stderr io.Writer) ([]verdicts.Verdict, error) {
	if ctx.Err() != nil {
		return nil, errBetweenRuns
	}
	// An interrupt must not lose the answer: there would be an execution that nobody stops.
	started, err := client.Start(context.WithoutCancel(ctx), f.ARN, f.input)
	if err != nil {
		return nil, &statusError{exitRunFailed, err}
	}
	say(stderr, f.label+": started "+started)
	show := newFleetProgress(stderr, o.terminal, f)
	output, err := client.FollowFleet(ctx, started, o.poll, show.reportFleet)
	show.stop()
	if ctx.Err() != nil && err != nil {
		return nil, o.interruptFleet(ctx, client, started, f, stderr)
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
func (o *tuneOptions) interruptFleet(ctx context.Context, client *execution.Client, started string, f fleetJob, stderr io.Writer) error {
	again, stop := o.interrupted(ctx)
	defer stop()
	functions := f.functions(started)
	touched, latest, err := client.StopFleet(again, f.Fleet, started, functions)
	all := job{functions: touched}
	switch {
	case again.Err() != nil:
		return &statusError{exitInterrupted, fmt.Errorf("interrupted twice, before it was certain that the fleet is stopped; to look: %s", look(started))}
	case err != nil:
		return &statusError{exitInterrupted, fmt.Errorf("interrupted, but %w\nto look: %s", err, look(started))}
	}
	const goOn = "; what has a verdict is kept by: dualarch tune --all --older-than 1d"
	say(stderr, fmt.Sprintf("stopped; waiting until the functions are put back, at %s at the latest (Ctrl-C leaves)", latest.Format("15:04:05")))
	waiting, cancel := context.WithDeadline(again, latest)
	defer cancel()
	show := newWaiting(stderr, o.terminal, latest)
	err = client.FleetPutBack(waiting, f.Fleet, started, touched, functions, execution.Looks{Every: o.poll, Quiet: o.quiet})
	show.stop()
	switch {
	case err == nil:
		return &statusError{exitInterrupted, errors.New("interrupted: the functions are put back" + goOn)}
	case again.Err() != nil:
		return &statusError{exitInterrupted, fmt.Errorf("interrupted twice: the functions are put back by the state machine Heal, at %s at the latest; to look: %s", latest.Format("15:04:05"), lookAtLocks(all))}
	case waiting.Err() != nil:
		return &statusError{exitInterrupted, fmt.Errorf("interrupted: the functions are not put back at %s, although they should be; to put them back: %s", latest.Format("15:04:05"), restoreCommands(all))}
	}
	return &statusError{exitInterrupted, fmt.Errorf("interrupted, but %w\nto look: %s", err, lookAtLocks(all))}
}
