package tuner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/change"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Heal does what the Restore of a killed execution could not do. The tuning state machine calls it for the lock that
// Plan found (State.Heal) and waits in it; the Heal state machine calls it for an execution that ended (Ended), and is
// told when to call again instead (StepWait).
func (s Steps) Heal(ctx context.Context, e run.Event) (run.State, error) {
	a := s.begin(ctx, e)
	arn := e.Ended
	if arn == "" {
		if e.State != nil && !run.KnownFormat(e.State.Format, run.StateFormat) {
			return run.State{}, run.Problemf(run.ForeignState, "the tuner was deployed in the middle of this execution: the state that names the one to heal has format %d, and this version reads format %d: start a new execution",
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
		return run.State{}, change.LockedBy(*e.State.Heal)
	}
	journal, err := cloud.Read(ctx, a.Session, func() (run.Journal, error) { return a.Executions.Journal(ctx, arn) })
	switch {
	case err == nil:
		if journal, err = journal.Readable(arn); err != nil {
			return run.State{}, err
		}
		return healed(change.Heal(ctx, a.Session, change.ExecutionOf(arn), journal, at, e.Ended != ""))
	case errors.Is(err, cloud.ErrNotFound) && e.Ended != "":
		return done(nil), nil // it ended before Prepare: nothing was changed
	case e.Ended == "" && (errors.Is(err, cloud.ErrNotFound) || errors.Is(err, cloud.ErrDenied)):
		return healed(change.GiveUpLock(ctx, a.Session, *e.State.Heal))
	}
	return run.State{}, fmt.Errorf("reading the history of execution %s: %w", arn, err)
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

// done reports whether everything is put back.
func done(warnings []string) run.State {
	state := run.NewState(run.StepDone)
	state.Warnings = warnings
	return state
}

// staleTime is for how long an execution that has ended may look as if it were running: Step Functions
// describes executions with eventual consistency.
const staleTime = 15 * time.Minute
