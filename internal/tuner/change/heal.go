package change

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/mark"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Heal restores every target of an ended execution. If an invocation of it may still run, the first pass already puts
// the functions back; the locks go in a second one after its deadline, for which the Heal state machine calls again.
func Heal(ctx context.Context, a *cloud.Session, e run.Execution, journal run.Journal, ended time.Time, mayReturn bool) (wait time.Duration, warnings []string, err error) {
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
			r.GiveUp(ctx)
		}
		mu.Lock()
		defer mu.Unlock()
		wait = max(wait, time.Until(until))
		return nil
	})
	return wait, warnings, err
}

// GiveUpLock removes the lock of a run whose journal cannot be found. Without a journal nothing can be put back, so it
// refuses if there is something to put back.
func GiveUpLock(ctx context.Context, a *cloud.Session, l run.Lock) (wait time.Duration, warnings []string, err error) {
	r := newRestorer(a, run.Target{Function: l.Function}, ExecutionOf(l.ExecutionARN()))
	c, err := a.WaitUntilReady(ctx, l.Function, "$LATEST")
	if err != nil {
		return 0, nil, err
	}
	if by, _, _, ok := mark.Parse(c.Description); ok && by == l.Execution {
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
	)}, r.Release(ctx)
}

// ExecutionOf returns what an execution's ARN says of it.
func ExecutionOf(execution string) run.Execution {
	return run.Execution{ARN: execution, Name: arn.Name(execution)}
}
