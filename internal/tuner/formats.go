package tuner

import (
	"context"

	"github.com/dualarch/dualarch/internal/tuner/decide"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Step returns a step by the name that its Lambda function has, as the state machine calls it. Steps that
// go on with a run refuse the state of another version of the tuner; those that put functions back find out
// for themselves what they can read.
func (s Steps) Step(name string) (step func(context.Context, run.Event) (run.State, error), ok bool) {
	switch name {
	case "plan":
		return s.Plan, true
	case "prepare":
		return refuseForeign(s.Prepare), true
	case "measure":
		return refuseForeign(s.Measure), true
	case "restore":
		return s.Restore, true
	case "heal":
		return s.Heal, true
	case "verdict":
		return refuseForeign(decide.Verdict), true
	case "apply":
		return refuseForeign(s.Apply), true
	}
	return nil, false
}

// refuseForeign refuses a state of any format but the present one.
func refuseForeign(step func(context.Context, run.Event) (run.State, error)) func(context.Context, run.Event) (run.State, error) {
	return func(ctx context.Context, e run.Event) (run.State, error) {
		if s := e.State; s != nil && (s.Format != run.StateFormat || s.Journal.Format != run.JournalFormat) {
			return run.State{}, run.Problemf(run.ForeignState, "the tuner was deployed in the middle of this execution, which carries a state of format %d with a journal of format %d, and this version's have formats %d and %d: start a new execution",
				s.Format, s.Journal.Format, run.StateFormat, run.JournalFormat)
		}
		return step(ctx, e)
	}
}
