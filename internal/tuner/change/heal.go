package change

import (
	"context"
	"sync"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// Heal restores every target of an ended execution. If an invocation of it may still run, the first pass already puts
// the functions back; the locks go in a second one after its deadline, for which the Heal state machine calls again.
// locks are as far as they are known.
func Heal(ctx context.Context, a *cloud.Session, e run.Execution, journal run.Journal, locks map[tuning.Architecture]run.KnownLock, ended time.Time, mayReturn bool) (wait time.Duration, warnings []string, err error) {
	var mu sync.Mutex
	warnings, err = restorers(ctx, a, journal, e, locks, func(r *restorer) error {
		r.YieldToRestore = true
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
