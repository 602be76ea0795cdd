package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/spf13/cobra"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/execution"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// job is one execution to start.
type job struct {
	machine   execution.Machine
	name      string // of the construct, or of the function
	input     json.RawMessage
	decoded   input.Input
	functions []string
}

// nextInterrupt returns a context that ends with the next Ctrl-C.
func nextInterrupt(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.WithoutCancel(ctx), os.Interrupt)
}

// tune runs the executions, and returns the verdicts of those that ended.
func (o *tuneOptions) tune(command *cobra.Command) ([]verdicts.Verdict, error) {
	ctx, stderr := command.Context(), command.ErrOrStderr()
	members, err := o.input.members()
	if err != nil {
		return nil, err
	}
	say(stderr, "looking for tuning state machines …")
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	client := execution.New(cfg)
	jobs, err := o.jobs(ctx, client, members, stderr)
	if err != nil {
		return nil, err
	}
	sayEstimates(ctx, client, jobs, stderr)
	say(stderr, "Each invocation is a real one: what the function writes, sends or deletes, it does.")
	if err := o.ask(command.InOrStdin(), stderr, len(jobs)); err != nil {
		return nil, err
	}
	var all []verdicts.Verdict
	for round := range o.repeat {
		began := time.Now()
		for _, j := range jobs {
			v, err := o.execute(ctx, client, j, stderr)
			if err != nil {
				return all, err
			}
			all = append(all, v)
		}
		if round == o.repeat-1 {
			break
		}
		next := began.Add(o.every)
		say(stderr, fmt.Sprintf("run %d of %d is done; the next begins at %s", round+1, o.repeat, next.Format("15:04:05")))
		if err := clock.Sleep(ctx, time.Until(next)); err != nil {
			return all, &statusError{exitInterrupted, errors.New("interrupted between two runs: nothing is running")}
		}
	}
	return all, nil
}

// jobs finds what to run and checks every input by the tuner's own decoder, before anything is started.
func (o *tuneOptions) jobs(ctx context.Context, client *execution.Client, members map[string]json.RawMessage, stderr io.Writer) ([]job, error) {
	machines, err := o.machines(ctx, client)
	if err != nil {
		return nil, err
	}
	var jobs []job
	if slices.ContainsFunc([]string{"target", "targets", "lambdaARN"}, func(name string) bool { return members[name] != nil }) {
		if len(machines) != 1 || len(o.targets) > 0 || o.all {
			return nil, errors.New("--input names its function: give --state-machine or a --stack with one state machine, and neither --target nor --all")
		}
		jobs = []job{{machine: machines[0]}}
	} else if jobs, err = o.chosen(machines); err != nil {
		return nil, err
	}
	var problems []error
	for i := range jobs {
		j := &jobs[i]
		fields := maps.Clone(members)
		if j.name != "" {
			fields["target"], err = json.Marshal(j.name)
			if err != nil {
				return nil, err
			}
		}
		if j.input, err = json.Marshal(fields); err != nil {
			return nil, err
		}
		var warnings []string
		if j.decoded, warnings, err = input.Decode(j.input, j.machine.Defaults); err != nil {
			problems = append(problems, err)
			continue
		}
		for _, w := range warnings {
			say(stderr, "warning: "+w)
		}
		j.functions = j.decoded.Functions
		if j.name == "" {
			j.name = strings.Join(j.functions, ", ")
		}
	}
	return jobs, errors.Join(problems...)
}

func (o *tuneOptions) machines(ctx context.Context, client *execution.Client) ([]execution.Machine, error) {
	if o.machine == "" {
		return client.Machines(ctx, o.stack)
	}
	m, err := client.Machine(ctx, o.machine)
	return []execution.Machine{m}, err
}

// chosen returns a job for each construct that is asked for.
func (o *tuneOptions) chosen(machines []execution.Machine) ([]job, error) {
	var all, chosen []job
	var names []string
	for _, m := range machines {
		for _, t := range m.Defaults.Targets {
			j := job{machine: m, name: t.Name}
			all, names = append(all, j), append(names, t.Name)
			if slices.Contains(o.targets, t.Name) {
				chosen = append(chosen, j)
			}
		}
	}
	switch {
	case len(all) == 0:
		return nil, errors.New("the state machine tunes no construct: give --input with lambdaARN or targets")
	case o.all || len(o.targets) == 0 && len(all) == 1:
		return all, nil
	case len(o.targets) == 0:
		return nil, fmt.Errorf("there are several functions: %s; give --target with one of them, or --all", strings.Join(names, ", "))
	}
	for _, name := range o.targets {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("--target %q: there is none of that name; there are: %s", name, strings.Join(names, ", "))
		}
	}
	return chosen, nil
}

// ask asks whether to start.
func (o *tuneOptions) ask(stdin io.Reader, stderr io.Writer, runs int) error {
	if o.yes {
		return nil
	}
	if !o.terminal {
		return errors.New("nothing was started, because there is no terminal to ask on: give --yes")
	}
	if _, err := fmt.Fprintf(stderr, "Start %s? [y/N] ", guard.Plural(runs*o.repeat, "execution")); err != nil {
		return err
	}
	answer, err := bufio.NewReader(stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "y" && answer != "yes" {
		return errors.New("nothing was started")
	}
	return nil
}

// execute starts an execution and waits for its end.
func (o *tuneOptions) execute(ctx context.Context, client *execution.Client, j job, stderr io.Writer) (verdicts.Verdict, error) {
	started, err := client.Start(ctx, j.machine.ARN, j.input)
	if err != nil {
		return verdicts.Verdict{}, &statusError{exitRunFailed, err}
	}
	say(stderr, j.name+": started "+started)
	show := newTuneProgress(stderr, o.terminal, j)
	v, err := client.Follow(ctx, started, j.machine, o.poll, show.report)
	show.stop()
	if ctx.Err() != nil {
		return v, o.interrupt(ctx, client, started, j, stderr)
	}
	if err != nil {
		return v, &statusError{exitRunFailed, fmt.Errorf("%w\nthe execution may still be running: %s", err, look(started))}
	}
	if v.Failed != "" {
		v.Failed += "; " + o.putBack(ctx, client, started, j)
	}
	v.Name = j.name
	return v, nil
}

// putBack says whether the functions of an execution that failed are as they were.
func (o *tuneOptions) putBack(ctx context.Context, client *execution.Client, started string, j job) string {
	once, cancel := context.WithTimeout(ctx, 5*o.poll)
	defer cancel()
	switch err := client.PutBack(once, started, j.functions, o.poll); {
	case err == nil:
		return "the functions are put back"
	case once.Err() != nil:
		return "the functions are not put back yet: " + look(started)
	default:
		return "whether the functions are put back is not known: " + err.Error()
	}
}

// interrupt stops the execution and waits until its functions are put back, or until the next interrupt.
func (o *tuneOptions) interrupt(ctx context.Context, client *execution.Client, started string, j job, stderr io.Writer) error {
	again, stop := o.interrupted(ctx)
	defer stop()
	latest, err := client.Stop(again, started)
	if err == nil {
		say(stderr, fmt.Sprintf("stopped; waiting until the functions are put back, at %s at the latest (Ctrl-C leaves)", latest.Format("15:04:05")))
		err = client.PutBack(again, started, j.functions, o.poll)
	}
	switch {
	case err == nil:
		return &statusError{exitInterrupted, errors.New("interrupted: the functions are put back")}
	case again.Err() != nil:
		return &statusError{exitInterrupted, fmt.Errorf("interrupted twice: the functions are put back by the state machine Heal; to look: %s", look(started))}
	}
	return &statusError{exitInterrupted, fmt.Errorf("interrupted, but %w\nto look: %s", err, look(started))}
}

// look is the command that shows an execution.
func look(started string) string {
	return "aws stepfunctions describe-execution --execution-arn " + started
}

// say prints a line for people; nothing is left to tell it to if stderr fails.
func say(stderr io.Writer, text string) {
	_, _ = fmt.Fprintln(stderr, guard.PrintableText(text))
}
