package tuner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/change"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/heal"
	"github.com/dualarch/dualarch/internal/tuner/lock"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Heal does what the Restore of a killed execution could not do. The tuning state machine calls it for what Plan found
// (State.Heal) and waits in it; the Heal state machine calls it for an execution that ended, or for all functions, and
// is told when to call again instead (StepWait).
func (s Steps) Heal(ctx context.Context, e run.Event) (run.State, error) {
	a := s.begin(ctx, e)
	switch ended := e.EndedExecution(); {
	case ended != "":
		return a.healEnded(ctx, e, ended)
	case e.State == nil && e.Healing != nil:
		return a.healAll(ctx, e.Tunable)
	case e.State != nil && !run.KnownFormat(e.State.Format, run.StateFormat):
		return run.State{}, run.Problemf(run.ForeignState, "the tuner was deployed in the middle of this execution: the state that names the one to heal has format %d, and this version reads format %d: start a new execution",
			e.State.Format, run.StateFormat)
	case e.State == nil || e.State.Heal == nil:
		return run.State{}, run.Problemf(run.TuningFailed, "heal was called without an execution to heal")
	}
	return a.healLock(ctx, *e.State.Heal)
}

// healEnded heals for the event that an execution has ended.
func (a *attempt) healEnded(ctx context.Context, e run.Event, execution string) (run.State, error) {
	ended, at, err := a.EndOf(ctx, execution)
	switch {
	case err != nil:
		return run.State{}, fmt.Errorf("looking at execution %s: %w", execution, err)
	case !ended && time.Since(e.Execution.StartTime) < staleTime:
		return waiting(10 * time.Second), nil
	case !ended:
		return done(nil), nil // redriven: it puts its functions back itself, or its next end is told
	}
	return healed(heal.PutBack(ctx, a.Session, execution, at, nil, true))
}

// healLock heals what Plan found: a lock, or marks without one.
func (a *attempt) healLock(ctx context.Context, l run.Lock) (run.State, error) {
	if l.Execution == "" {
		warnings, err := change.Sweep(ctx, a.Session, l.Function)
		return healed(0, warnings, err)
	}
	ended, at, err := a.EndOf(ctx, l.ExecutionARN())
	switch {
	case heal.Unreadable(err) && time.Now().After(l.Lease):
		// Step Functions forgets executions after 90 days. What is left is the lock's word.
	case err != nil:
		return run.State{}, fmt.Errorf("looking at execution %s: %w", l.ExecutionARN(), err)
	case !ended:
		return run.State{}, lock.TakenBy(l)
	}
	return healed(heal.PutBack(ctx, a.Session, l.ExecutionARN(), at, &l, false))
}

// healAll heals all functions that the tuner may tune and that an ended execution has left as they should not be. What
// it cannot do on one of them does not keep it from the others.
func (a *attempt) healAll(ctx context.Context, functions []string) (run.State, error) {
	var wait time.Duration
	var warnings []string
	var errs []error
	for _, f := range functions {
		until, said, err := a.healStale(ctx, f)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", f, err))
		}
		wait, warnings = max(wait, until), append(warnings, said...)
	}
	return healed(wait, run.CapWarnings(warnings), errors.Join(errs...))
}

// healStale heals one function unless an execution works on it, or one that cannot be looked at may do so.
func (a *attempt) healStale(ctx context.Context, function string) (wait time.Duration, warnings []string, err error) {
	_, found, err := lock.Read(ctx, a.Session, function)
	if errors.Is(err, cloud.ErrNotFound) {
		warnings, err = change.Sweep(ctx, a.Session, function)
		return 0, warnings, err
	}
	if err != nil {
		return 0, nil, err
	}
	ended, at, err := a.EndOf(ctx, found.ExecutionARN())
	switch {
	case heal.Unreadable(err):
		ended = time.Now().After(found.Lease)
	case err != nil:
		return 0, nil, err
	}
	if !ended {
		return 0, nil, nil
	}
	return heal.PutBack(ctx, a.Session, found.ExecutionARN(), at, &found, true)
}

// Withdraw puts functions back that the tuner is about to lose: see heal.Withdraw. CloudFormation asks for it, not a state
// machine.
func (s Steps) Withdraw(ctx context.Context, w heal.Withdrawal) (warnings []string, err error) {
	return heal.Withdraw(ctx, s.begin(ctx, run.Event{}).Session, w)
}

// healing returns a state that asks to put back the run first whose lock is in the way.
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
		return waiting(wait), nil
	}
	return done(warnings), nil
}

// waiting asks the Heal state machine to call again.
func waiting(d time.Duration) run.State {
	state := run.NewState(run.StepWait)
	state.WaitSeconds = int(d/time.Second) + 1
	return state
}

// done reports whether everything is put back.
func done(warnings []string) run.State {
	state := run.NewState(run.StepDone)
	state.Warnings = warnings
	return state
}

// staleTime is for how long an execution that has ended may look as if it were running: Step Functions
// describes executions with eventual consistency.
const staleTime = 15 * time.Minute
