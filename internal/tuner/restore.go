package tuner

import (
	"context"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/change"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Restore puts both functions back and gives the locks up, after success and after a failure; Heal does it for an
// execution that was killed. It is idempotent.
func (s Steps) Restore(ctx context.Context, e run.Event) (run.State, error) {
	a := s.begin(ctx, e)
	state := *e.State
	journal, err := state.Journal.Readable(e.Execution.ARN)
	if err != nil {
		return run.State{}, err
	}
	warnings, err := change.Restore(ctx, a.Session, journal, e.Execution, state.Locks)
	if err != nil {
		return run.State{}, err
	}
	warnings = run.CapWarnings(warnings)
	if e.Failed {
		return done(warnings), nil
	}
	if !run.KnownFormat(state.Format, run.StateFormat) {
		return run.State{}, run.Problemf(run.ForeignState, "the functions are put back, and with that the run ends: the tuner was deployed in the middle of this execution, which carries a state of format %d, and this version's has format %d: start a new execution",
			state.Format, run.StateFormat)
	}
	state.Warnings = append(state.Warnings, warnings...)
	state.Versions = nil
	state.Counts.Snapshots.Deleted(time.Now())
	a.count(&state, 1)
	return state, nil
}
