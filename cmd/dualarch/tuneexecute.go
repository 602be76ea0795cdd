package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/execution"
	tunerrun "github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// nextInterrupt returns a context that ends with the next Ctrl-C.
func nextInterrupt(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.WithoutCancel(ctx), os.Interrupt)
}

// execute starts an execution and waits for its end.
func (o *tuneOptions) execute(ctx context.Context, client *execution.Client, j job, stderr io.Writer) (verdicts.Verdict, error) {
	if ctx.Err() != nil {
		return verdicts.Verdict{}, errBetweenRuns
	}
	// An interrupt must not lose the answer: there would be an execution that nobody stops.
	started, err := client.Start(context.WithoutCancel(ctx), j.machine.ARN, j.input)
	if err != nil {
		return verdicts.Verdict{}, &statusError{exitRunFailed, err}
	}
	say(stderr, j.label+": started "+started)
	show := newTuneProgress(stderr, o.terminal, j)
	v, err := client.Follow(ctx, started, j.decoded.Terms, o.poll, show.report)
	show.stop()
	switch {
	case ctx.Err() != nil && err != nil:
		return v, o.interrupt(ctx, client, started, j, stderr)
	case err != nil:
		return v, &statusError{exitRunFailed, fmt.Errorf("%w\nthe execution may still be running: %s", err, look(started))}
	}
	v.Name = j.label
	if v.Failed != "" && v.Failed != verdicts.DryRun {
		v.Note(o.putBack(ctx, client, started, j))
	}
	return v, nil
}

// answerTime is for how long Lambda's answer is waited for that says whether a function is put back.
const answerTime = 30 * time.Second

// putBack says whether the functions of an execution that failed are as they were.
func (o *tuneOptions) putBack(ctx context.Context, client *execution.Client, started string, j job) string {
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
	defer cancel()
	switch err := client.PutBack(asking, started, j.functions, execution.Looks{Every: o.poll, AtMost: 5}); {
	case err == nil:
		return "the functions are put back"
	case errors.Is(err, execution.ErrLocked):
		return "the functions are not put back yet; the state machine Heal does that. To look: " + lookAtLocks(j)
	default:
		return "whether the functions are put back is not known: " + err.Error() + ". To look: " + lookAtLocks(j)
	}
}

// interrupt stops the execution and waits until its functions are put back, or until the next interrupt.
func (o *tuneOptions) interrupt(ctx context.Context, client *execution.Client, started string, j job, stderr io.Writer) error {
	again, stop := o.interrupted(ctx)
	defer stop()
	latest, err := client.Stop(again, started, j.functions)
	switch {
	case again.Err() != nil:
		return &statusError{exitInterrupted, fmt.Errorf("interrupted twice, before it was certain that the execution is stopped; to look: %s", look(started))}
	case err != nil:
		return &statusError{exitInterrupted, fmt.Errorf("interrupted, but %w\nto look: %s", err, look(started))}
	}
	say(stderr, fmt.Sprintf("stopped; waiting until the functions are put back, at %s at the latest (Ctrl-C leaves)", latest.Format("15:04:05")))
	// Functions that are put back at the last moment are seen to stay so.
	waiting, cancel := context.WithDeadline(again, latest.Add(o.seen()))
	defer cancel()
	show := newWaiting(stderr, o.terminal, latest)
	err = client.PutBack(waiting, started, j.functions, execution.Looks{Every: o.poll, Quiet: o.quiet})
	show.stop()
	switch {
	case err == nil:
		return &statusError{exitInterrupted, errors.New("interrupted: the functions are put back")}
	case again.Err() != nil:
		return &statusError{exitInterrupted, fmt.Errorf("interrupted twice: the functions are put back by the state machine Heal, at %s at the latest; to look: %s", latest.Format("15:04:05"), lookAtLocks(j))}
	case errors.Is(err, execution.ErrLocked):
		return &statusError{exitInterrupted, fmt.Errorf("interrupted: the functions are not put back at %s, although they should be; to put them back: %s", latest.Format("15:04:05"), restoreCommands(j))}
	}
	return &statusError{exitInterrupted, fmt.Errorf("interrupted, but %w\nto look: %s", err, lookAtLocks(j))}
}

// seen is how long it takes to see that functions that were put back stay so.
func (o *tuneOptions) seen() time.Duration { return o.quiet + 2*o.poll }

// look is the command that shows an execution.
func look(started string) string {
	return "aws stepfunctions describe-execution --execution-arn " + started
}

// lookAtLocks are the commands that show whether functions are put back: a lock is left until they are.
func lookAtLocks(j job) string {
	return strings.Join(each(j, func(function string) string {
		return "aws lambda get-alias --name " + tunerrun.LockName + " --function-name " + function
	}), "; ") + " (ResourceNotFoundException once it is put back)"
}

func restoreCommands(j job) string {
	return strings.Join(each(j, func(function string) string { return "dualarch restore " + function }), "; ")
}

func each(j job, command func(function string) string) []string {
	var all []string
	for _, f := range j.functions {
		all = append(all, command(f))
	}
	return all
}
