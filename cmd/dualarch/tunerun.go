package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/execution"
	"github.com/dualarch/dualarch/internal/fleet"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// job is one execution to start.
type job struct {
	machine execution.Machine
	target  string // the construct's name in the input; "" if the input names functions
	label   string // what it is called
	input   json.RawMessage
	decoded input.Input
	// functions are the ARNs of what is tuned, without version or alias.
	functions []string
	// inFleet reports whether a fleet starts it.
	inFleet bool
}

// tune runs the executions, and returns the verdicts of those that ended.
func (o *tuneOptions) tune(command *cobra.Command) ([]verdicts.Verdict, error) {
	ctx, stderr := command.Context(), command.ErrOrStderr()
	client, jobs, fleets, err := o.prepare(command)
	if ctx.Err() != nil {
		return nil, &statusError{exitInterrupted, errors.New("interrupted: nothing was started")}
	}
	if err != nil {
		return nil, err
	}
	var all []verdicts.Verdict
	for round := range o.repeat {
		began := time.Now()
		for _, f := range fleets {
			found, err := o.executeFleet(ctx, client, f, stderr)
			all = append(all, found...)
			if err != nil {
				return all, err
			}
		}
		for _, j := range jobs {
			v, err := o.execute(ctx, client, j, stderr)
			if err != nil {
				return all, err
			}
			if v.Failed == verdicts.DryRun {
				say(stderr, j.label+": "+v.Failed)
				continue
			}
			all = append(all, v)
		}
		if round == o.repeat-1 {
			break
		}
		next := began.Add(o.every)
		say(stderr, fmt.Sprintf("run %d of %d is done; the next begins at %s", round+1, o.repeat, next.Format(time.DateTime)))
		if err := clock.Sleep(ctx, time.Until(next)); err != nil {
			return all, errBetweenRuns
		}
	}
	return all, nil
}

// errBetweenRuns is the error of an interrupt while no execution runs.
var errBetweenRuns = &statusError{exitInterrupted, errors.New("interrupted between two runs: nothing is running")}

// prepare finds what to run, says what it may cost, and asks whether to start. The jobs are those that no fleet tunes.
func (o *tuneOptions) prepare(command *cobra.Command) (*execution.Client, []job, []fleetJob, error) {
	ctx, stderr := command.Context(), command.ErrOrStderr()
	members, err := o.input.members()
	if err != nil {
		return nil, nil, nil, err
	}
	say(stderr, "looking for tuning state machines …")
	client, err := o.client(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	jobs, inFleets, err := o.jobs(ctx, client, members, stderr)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, f := range inFleets {
		say(stderr, f.estimate(o.repeat))
	}
	sayEstimates(ctx, client, jobs, o.repeat, stderr)
	say(stderr, "Each invocation is a real one: what the function writes, sends or deletes, it does.")
	return client, jobs, inFleets, o.ask(ctx, command.InOrStdin(), stderr, len(jobs)+len(inFleets))
}

// jobs finds what to run and checks every input by the tuner's own decoder, before anything is started.
func (o *tuneOptions) jobs(ctx context.Context, client *execution.Client, members map[string]json.RawMessage, stderr io.Writer) (jobs []job, inFleets []fleetJob, err error) {
	found, fleets, err := o.find(ctx, client, stderr)
	if err != nil {
		return nil, nil, err
	}
	if slices.ContainsFunc(input.Choosing, func(field string) bool { return members[field] != nil }) {
		if len(found) != 1 || len(o.targets) > 0 || o.all {
			return nil, nil, errors.New("--input names its function: give --state-machine or a --stack with one state machine, and neither --target nor --all")
		}
		jobs = []job{{machine: found[0]}}
	} else {
		var alone []execution.Machine
		if inFleets, alone, err = byFleet(ctx, client, fleets, found); err != nil {
			return nil, nil, err
		}
		if jobs, err = o.chosen(alone, labels(found)); err != nil {
			return nil, nil, err
		}
		if len(jobs)+len(inFleets) == 0 {
			return nil, nil, errors.New("the state machine tunes no construct: give --input with lambdaARN or targets")
		}
		for _, m := range alone {
			if o.all && len(m.Defaults.Targets) == 0 && len(m.Defaults.Functions) != 1 {
				say(stderr, "note: the functions of "+m.ARN+" are left out, because no Fleet has it and it tunes no construct: give --state-machine with it and --input with lambdaARN or targets")
			}
		}
	}
	if o.olderThan != "" && len(inFleets) == 0 {
		return nil, nil, errors.New("--older-than: no Fleet has these functions; deploy powertuning.NewFleet with their tuners, or leave it out")
	}
	var problems []error
	checked := func(warnings []string, err error) {
		if err != nil {
			problems = append(problems, err)
		}
		for _, w := range warnings {
			say(stderr, "warning: "+w)
		}
	}
	for i := range inFleets {
		checked(inFleets[i].decode(members, o.olderThan))
	}
	for i := range jobs {
		checked(jobs[i].decode(members, 0))
	}
	return jobs, inFleets, errors.Join(distinct(problems)...)
}

// decode fills in a job's input. The budget is its fleet's, in USD; 0 is none.
func (j *job) decode(members map[string]json.RawMessage, budget float64) (warnings []string, err error) {
	fields := maps.Clone(members)
	name, value := "target", j.target
	if j.inFleet && j.target == "" {
		name, value = "lambdaARN", j.functions[0]
	}
	if value != "" {
		if fields[name], err = json.Marshal(value); err != nil {
			return nil, err
		}
	}
	if j.input, err = json.Marshal(fields); err != nil {
		return nil, err
	}
	if len(j.input) > largestInput {
		return nil, fmt.Errorf("the input has %d bytes, and Step Functions takes at most %d: give a large payload as payloadS3", len(j.input), largestInput)
	}
	if j.inFleet {
		j.decoded, warnings, err = fleet.DecodeTuning(value, fields, j.machine.Defaults, budget)
	} else {
		j.decoded, warnings, err = input.Decode(j.input, j.machine.Defaults)
	}
	if err != nil {
		return nil, err
	}
	j.functions = nil
	for _, f := range j.decoded.Functions {
		function, _ := arn.SplitFunction(f)
		j.functions = append(j.functions, function)
	}
	switch {
	case j.label != "":
	case j.decoded.Name != "":
		j.label = j.decoded.Name
	default:
		j.label = strings.Join(j.functions, ", ")
	}
	return warnings, nil
}

// largestInput is what Step Functions takes as an input, in bytes.
const largestInput = 256 << 10

// distinct returns errors without those that say the same: one input may be wrong for all functions.
func distinct(errs []error) []error {
	said := map[string]bool{}
	return slices.DeleteFunc(errs, func(err error) bool {
		again := said[err.Error()]
		said[err.Error()] = true
		return again
	})
}

// chosen returns a job for each construct that is asked for. A state machine without constructs takes the input {} if it
// tunes one function only, whose ARN is then its name here.
func (o *tuneOptions) chosen(machines []execution.Machine, label func(execution.Machine, string) string) ([]job, error) {
	var all, chosen []job
	named := map[string][]string{} // where constructs of a name are
	var names []string
	for _, m := range machines {
		if functions := m.Defaults.Functions; len(m.Defaults.Targets) == 0 && len(functions) == 1 {
			all, names = append(all, job{machine: m}), append(names, functions[0])
			named[functions[0]] = append(named[functions[0]], place(m))
			if slices.Contains(o.targets, functions[0]) {
				chosen = append(chosen, job{machine: m})
			}
		}
		for _, t := range m.Defaults.Targets {
			j := job{machine: m, target: t.Name, label: label(m, t.Name)}
			all, names = append(all, j), append(names, j.label)
			named[t.Name] = append(named[t.Name], place(m))
			if slices.Contains(o.targets, t.Name) {
				chosen = append(chosen, j)
			}
		}
	}
	switch {
	case len(all) == 0 || o.all || len(o.targets) == 0 && len(all) == 1:
		return all, nil
	case len(o.targets) == 0:
		return nil, fmt.Errorf("there are several functions: %s; give --target with one of them, or --all", strings.Join(names, ", "))
	}
	var problems []error
	for _, name := range o.targets {
		switch places := named[name]; {
		case len(places) == 0:
			problems = append(problems, fmt.Errorf("--target %q: there is none of that name; there are: %s", name, strings.Join(names, ", ")))
		case len(places) > 1:
			problems = append(problems, fmt.Errorf("--target %q: there are several of that name, in %s; give --stack with one of these", name, strings.Join(places, " and ")))
		}
	}
	return chosen, errors.Join(problems...)
}

// ask asks whether to start.
func (o *tuneOptions) ask(ctx context.Context, stdin io.Reader, stderr io.Writer, runs int) error {
	if o.yes {
		return nil
	}
	if !o.terminal {
		return errors.New("nothing was started, because there is no terminal to ask on: give --yes")
	}
	if _, err := fmt.Fprintf(stderr, "Start %s? [y/N] ", guard.Plural(runs*o.repeat, "execution")); err != nil {
		return err
	}
	answer := make(chan string, 1)
	go func() { // nothing can end this read but an answer, and Ctrl-C is one too
		text, _ := bufio.NewReader(stdin).ReadString('\n') // what ends without a yes is a no
		answer <- strings.ToLower(strings.TrimSpace(text))
	}()
	select {
	case <-ctx.Done():
		_, _ = fmt.Fprintln(stderr) // the error says the rest
		return ctx.Err()
	case text := <-answer:
		if text != "y" && text != "yes" {
			return errors.New("nothing was started")
		}
		return nil
	}
}

// say prints a line for people; nothing is left to tell it to if stderr fails.
func say(stderr io.Writer, text string) {
	_, _ = fmt.Fprintln(stderr, guard.PrintableText(text))
}
