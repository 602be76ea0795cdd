package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/dualarch/dualarch/internal/execution"
	"github.com/dualarch/dualarch/internal/fleet"
	"github.com/dualarch/dualarch/internal/guard"
)

// fleetJob is one execution of a fleet, which runs those of some jobs.
type fleetJob struct {
	execution.Fleet
	jobs []job
	// all reports whether the fleet tunes nothing else.
	all   bool
	input json.RawMessage
	label string
	// maxCost is what exploring may cost in all, in USD; 0 is no limit but those of the tuners.
	maxCost float64
}

// find returns the state machines whose functions are asked for, and the fleets that --all may use.
func (o *tuneOptions) find(ctx context.Context, client *execution.Client, stderr io.Writer) (found []execution.Machine, fleets []execution.Fleet, err error) {
	if !o.all {
		found, err = machines(ctx, client, o.stack, o.machine)
		return found, nil, err
	}
	if o.machine != "" {
		f, err := client.Fleet(ctx, o.machine)
		if execution.IsNoFleet(err) { // a tuner's
			found, err = machines(ctx, client, "", o.machine)
			return found, nil, err
		}
		if err != nil {
			return nil, nil, err
		}
		fleets = []execution.Fleet{f}
	} else {
		if fleets, err = client.Fleets(ctx, o.stack); err != nil {
			return nil, nil, err
		}
		if found, err = client.AnyMachines(ctx, o.stack); err != nil {
			return nil, nil, err
		}
	}
	if o.stack == "" || len(found) == 0 { // of a stack that has tuners, only their functions are asked for
		if found, err = withTuners(ctx, client, found, fleets); err != nil {
			return nil, nil, err
		}
	}
	if len(found) == 0 {
		return nil, nil, execution.NoMachines(o.stack)
	}
	if o.stack != "" && slices.ContainsFunc(found, func(m execution.Machine) bool { return fleetOf(fleets, m) < 0 }) {
		others, err := client.Fleets(ctx, "")
		if err != nil {
			say(stderr, "note: whether a fleet of another stack has these functions is not known: "+err.Error())
		}
		fleets = append(fleets, slices.DeleteFunc(others, func(f execution.Fleet) bool { return f.Stack == o.stack })...)
	}
	return found, fleets, nil
}

// withTuners adds the tuners of fleets.
func withTuners(ctx context.Context, client *execution.Client, found []execution.Machine, fleets []execution.Fleet) ([]execution.Machine, error) {
	for _, f := range fleets {
		for _, t := range f.Settings.Tuners {
			if slices.ContainsFunc(found, func(m execution.Machine) bool { return m.ARN == t.StateMachine }) {
				continue
			}
			m, err := client.Machine(ctx, t.StateMachine)
			if err != nil {
				return nil, err
			}
			found = append(found, m)
		}
	}
	return found, nil
}

// fleetOf returns which fleet runs a tuner: the first that has it; -1 if none does.
func fleetOf(fleets []execution.Fleet, m execution.Machine) int {
	return slices.IndexFunc(fleets, func(f execution.Fleet) bool { return f.Tunes(m.ARN) })
}

// byFleet leaves to fleets what they tune of the functions of some tuners, and returns the other tuners. The fleets know
// more functions than the tuners' constructs; one that two fleets have is tuned by the first.
func byFleet(ctx context.Context, client *execution.Client, fleets []execution.Fleet, found []execution.Machine) (jobs []fleetJob, alone []execution.Machine, err error) {
	label := labels(found)
	left := map[string]bool{} // functions that have a fleet
	for i, f := range fleets {
		own := slices.DeleteFunc(slices.Clone(found), func(m execution.Machine) bool { return fleetOf(fleets, m) != i })
		if len(own) == 0 {
			continue
		}
		tuned, functions, err := fleet.Targets(ctx, client, f.Settings.Tuners)
		if err != nil {
			return nil, nil, err
		}
		asked := map[string]bool{}
		for _, m := range own {
			for _, function := range functions[m.ARN] {
				asked[function] = true
			}
		}
		j := fleetJob{Fleet: f, all: true, label: "the fleet"}
		if f.Stack != "" {
			j.label += " of " + f.Stack
		}
		for _, t := range tuned {
			if !contains(asked, t.Functions) || contains(left, t.Functions) {
				j.all = false
				continue
			}
			m := execution.Machine{ARN: t.StateMachine, Defaults: t.Defaults}
			if i := slices.IndexFunc(found, func(m execution.Machine) bool { return m.ARN == t.StateMachine }); i >= 0 {
				m = found[i]
			}
			one := job{machine: m, target: t.Construct, functions: t.Functions, inFleet: true}
			if t.Construct != "" {
				one.label = label(m, t.Construct)
			}
			j.jobs = append(j.jobs, one)
			for _, function := range t.Functions {
				left[function] = true
			}
		}
		if len(j.jobs) > 0 {
			jobs = append(jobs, j)
		}
	}
	for _, m := range found {
		if fleetOf(fleets, m) < 0 {
			alone = append(alone, m)
		}
	}
	return jobs, alone, nil
}

// contains reports whether one of the functions is in a set.
func contains(set map[string]bool, functions []string) bool {
	return slices.ContainsFunc(functions, func(f string) bool { return set[f] })
}

// decode makes the input of the fleet's execution, and checks it and those of its jobs as the fleet does.
func (f *fleetJob) decode(members map[string]json.RawMessage, olderThan string) (warnings []string, err error) {
	fields := map[string]any{"olderThan": cmp.Or(olderThan, "0d")}
	every := maps.Clone(members)
	if cost, ok := every["maxCost"]; ok { // it is that of all of them
		fields["maxCost"] = cost
		delete(every, "maxCost")
	}
	if len(every) > 0 {
		fields["input"] = every
	}
	if !f.all {
		var asked []string
		for _, j := range f.jobs {
			asked = append(asked, j.functions[0])
		}
		fields["targets"] = asked
	}
	if f.input, err = json.Marshal(fields); err != nil {
		return nil, err
	}
	if len(f.input) > largestInput {
		return nil, fmt.Errorf("%s: its input names %s in %d bytes, and Step Functions takes at most %d: give --state-machine %s, which tunes all that it has", f.label, guard.Plural(len(f.jobs), "function"), len(f.input), largestInput, f.ARN)
	}
	in, err := fleet.Decode(f.input, f.Settings)
	if err != nil {
		return nil, err
	}
	f.maxCost = in.MaxCost
	var problems []error
	for i := range f.jobs {
		more, err := f.jobs[i].decode(every, in.MaxCost)
		warnings = append(warnings, more...)
		if err != nil {
			problems = append(problems, err)
		}
	}
	return warnings, errors.Join(distinct(problems)...)
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
	if f.maxCost > 0 {
		return text + fmt.Sprintf("; exploring costs at most %s USD in all", money(f.maxCost))
	}
	return text + fmt.Sprintf(", and never more than %s USD, their tuners' MaxCost together", money(sum))
}

// functions returns a function that tells which functions an execution of a tuner tunes, by its ARN.
func (f fleetJob) functions(started string) func(execution string) []string {
	byARN := map[string][]string{}
	for _, j := range f.jobs {
		byARN[fleet.ExecutionARN(j.machine.ARN, cmp.Or(j.target, j.functions[0]), started)] = j.functions
	}
	return func(execution string) []string { return byARN[execution] }
}
