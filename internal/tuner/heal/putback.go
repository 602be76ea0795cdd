package heal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/change"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// PutBack restores what an ended execution has left: by its journal, or else, if it left a lock, by what it marked.
func PutBack(ctx context.Context, a *cloud.Session, execution string, ended time.Time, left *run.Lock, mayReturn bool) (wait time.Duration, warnings []string, err error) {
	last, err := cloud.Read(ctx, a, func() (run.State, error) { return a.Executions.LastState(ctx, execution) })
	switch {
	case err == nil:
		journal, err := last.Journal.Readable(execution)
		if err != nil {
			return 0, nil, err
		}
		return change.Heal(ctx, a, run.ExecutionOf(execution), journal, last.Locks, ended, mayReturn)
	case left == nil && errors.Is(err, cloud.ErrNotFound):
		return 0, nil, nil // it ended before Prepare: nothing was changed
	case left != nil && Unreadable(err):
		warnings, err = change.GiveUpLock(ctx, a, *left)
		return 0, warnings, err
	}
	return 0, nil, fmt.Errorf("reading the history of execution %s: %w", execution, err)
}

// Unreadable reports whether an execution cannot be looked at: it is another state machine's, or forgotten.
func Unreadable(err error) bool {
	return errors.Is(err, cloud.ErrNotFound) || errors.Is(err, cloud.ErrDenied)
}
