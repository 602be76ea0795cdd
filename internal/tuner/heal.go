package tuner

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// Heal does what the Restore of an execution that was killed could not do any more. The tuning state
// machine calls it for the lock that Plan found (State.Heal) and waits in it; the Heal state machine
// calls it for an execution that ended (Ended), and is told when to call again instead (StepWait).
func (s Steps) Heal(ctx context.Context, e run.Event) (run.State, error) {
	a := s.begin(ctx, e)
	arn := e.Ended
	if arn == "" {
		if e.State != nil && !run.KnownFormat(e.State.Format, run.StateFormat) {
			return run.State{}, run.Problemf(run.ForeignState, "the tuner was deployed in the middle of this execution: which one is to be healed stands in a state of format %d, and this version's has format %d: start a new execution",
				e.State.Format, run.StateFormat)
		}
		if e.State == nil || e.State.Heal == nil {
			return run.State{}, run.Problemf(run.TuningFailed, "heal was called without an execution to heal")
		}
		arn = e.State.Heal.ExecutionARN()
	}
	ended, at, err := a.EndOf(ctx, arn)
	switch {
	case errors.Is(err, cloud.ErrNotFound), errors.Is(err, cloud.ErrDenied):
		// Step Functions forgets executions after 90 days. What is left is the lock's word.
		if e.Ended != "" || time.Now().Before(e.State.Heal.Lease) {
			return run.State{}, fmt.Errorf("looking at execution %s: %w", arn, err)
		}
	case err != nil:
		return run.State{}, fmt.Errorf("looking at execution %s: %w", arn, err)
	case !ended && e.Ended != "" && time.Since(e.Execution.StartTime) < staleTime:
		return waiting(10), nil
	case !ended && e.Ended != "":
		return done(nil), nil // redriven: it puts its functions back itself, or its next end is told
	case !ended:
		return run.State{}, lockedBy(*e.State.Heal)
	}
	journal, err := cloud.Read(ctx, a.Session, func() (run.Journal, error) { return a.Executions.Journal(ctx, arn) })
	switch {
	case err == nil:
		if journal, err = journal.Readable(arn); err != nil {
			return run.State{}, err
		}
		return healed(heal(ctx, a.Session, executionOf(arn), journal, at, e.Ended != ""))
	case errors.Is(err, cloud.ErrNotFound) && e.Ended != "":
		return done(nil), nil // it ended before Prepare: nothing was changed
	case e.Ended == "" && (errors.Is(err, cloud.ErrNotFound) || errors.Is(err, cloud.ErrDenied)):
		return healed(healWithoutJournal(ctx, a.Session, *e.State.Heal))
	}
	return run.State{}, fmt.Errorf("reading the history of execution %s: %w", arn, err)
}

// healing asks for the run whose lock stands in the way to be put back first.
func healing(l *run.Lock) run.State {
	state := run.NewState(run.StepHeal)
	state.Heal = l
	return state
}

// healed returns what Heal hands on: it is called again if there is something to wait for.
func healed(wait time.Duration, warnings []string, err error) (run.State, error) {
	if err != nil {
		return run.State{}, err
	}
	if wait > 0 {
		return waiting(int(wait/time.Second) + 1), nil
	}
	return done(warnings), nil
}

// waiting asks the Heal state machine to call again.
func waiting(seconds int) run.State {
	state := run.NewState(run.StepWait)
	state.WaitSeconds = seconds
	return state
}

// done says that everything is put back.
func done(warnings []string) run.State {
	state := run.NewState(run.StepDone)
	state.Warnings = warnings
	return state
}

// heal restores every target of an ended execution. Where an invocation of it may still run, the
// first pass already puts the functions back; the locks go in a second one after its deadline, for
// which the Heal state machine calls again.
func heal(ctx context.Context, a *cloud.Session, e run.Execution, journal run.Journal, ended time.Time, mayReturn bool) (wait time.Duration, warnings []string, err error) {
	var mu sync.Mutex
	warnings, err = restorers(ctx, a, journal, e, func(r *restorer) error {
		r.yieldToRestore = true
		until, err := r.putBack(ctx, !mayReturn)
		if err != nil {
			return err
		}
		if until.IsZero() {
			until = r.latest(ended)
			if !mayReturn || time.Until(until) <= 0 {
				return r.finish(ctx)
			}
			r.giveUp(ctx)
		}
		mu.Lock()
		defer mu.Unlock()
		wait = max(wait, time.Until(until))
		return nil
	})
	return wait, warnings, err
}

// putBack restores the function, or says until when another invocation does just that: two that took the
// lock from each other would both fail. Where wait says so it waits for the other one to end.
func (r *restorer) putBack(ctx context.Context, wait bool) (until time.Time, err error) {
	for {
		err := r.restore(ctx)
		var other *beingRestored
		if !errors.As(err, &other) {
			return time.Time{}, err
		}
		if !wait {
			return other.until, nil
		}
		if r.Remaining() < timing.Reserve {
			return time.Time{}, run.Problemf(run.TuningFailed, "%s is still being put back by another invocation: run Heal again", r.function)
		}
		if err := cloud.Sleep(ctx, 5*time.Second); err != nil {
			return time.Time{}, err
		}
	}
}

// latest is when no invocation of an ended run can change the function any more. One that was killed before
// it had the lock has left no deadline there: it may run as long as any step but Measure, which changes nothing.
func (r *restorer) latest(ended time.Time) time.Time {
	if r.locked {
		return r.writersUntil
	}
	return ended.Add(timing.StepTimeout)
}

// healWithoutJournal gives up the lock of a run that nobody remembers. Without a journal nothing can
// be put back, so it refuses where there is something to put back.
func healWithoutJournal(ctx context.Context, a *cloud.Session, l run.Lock) (wait time.Duration, warnings []string, err error) {
	r := newRestorer(a, run.Target{Function: l.Function}, executionOf(l.ExecutionARN()))
	c, err := a.WaitUntilReady(ctx, l.Function, "$LATEST")
	if err != nil {
		return 0, nil, err
	}
	if by, _, _, ok := parseDescription(c.Description); ok && by == l.Execution {
		return 0, nil, run.Problemf(run.FunctionLocked, "execution %s left %s at %d MB with the description %q, and its history cannot be read: put both back, then delete the alias %s",
			l.Execution, l.Function, c.MemorySize, c.Description, run.LockName)
	}
	ours, err := r.takeOver(ctx)
	if err != nil {
		return 0, nil, err
	}
	if !ours {
		return 0, nil, nil
	}
	return 0, []string{fmt.Sprintf(
		"the lock of execution %s on %s was given up without its history; versions with the description \"dualarch %s#…\" may be left", l.Execution, l.Function, l.Execution,
	)}, r.release(ctx)
}

// staleTime is for how long an execution that has ended may look as if it were running: Step Functions
// describes executions with eventual consistency.
const staleTime = 15 * time.Minute

// executionOf is what an execution's ARN says of it.
func executionOf(execution string) run.Execution {
	return run.Execution{ARN: execution, Name: arn.Name(execution)}
}
