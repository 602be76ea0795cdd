package tuner

import (
	"context"
	"fmt"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Run runs a step. Steps that go on with an execution refuse the state of another version of the tuner; those that put
// functions back find out for themselves what they can read.
func (s Steps) Run(ctx context.Context, step asl.Step, e run.Event) (run.State, error) {
	switch step {
	case asl.Plan:
		return s.Plan(ctx, e)
	case asl.Restore:
		return s.Restore(ctx, e)
	case asl.Heal:
		return s.Heal(ctx, e)
	case asl.Prepare, asl.Measure, asl.Verdict, asl.Apply, asl.Publish:
	default:
		return run.State{}, fmt.Errorf("powertuning: %s is %q; it must be plan, prepare, measure, restore, heal, verdict, apply or publish", asl.StepVariable, step)
	}
	if err := refuseForeign(e.State); err != nil {
		return run.State{}, err
	}
	switch step {
	case asl.Prepare:
		return s.Prepare(ctx, e)
	case asl.Measure:
		return s.Measure(ctx, e)
	case asl.Verdict:
		return s.Verdict(ctx, e)
	case asl.Publish:
		return s.Publish(ctx, e)
	}
	return s.Apply(ctx, e)
}

// refuseForeign refuses a state of any format but the present one.
func refuseForeign(s *run.State) error {
	if s == nil || s.Format == run.StateFormat && s.Journal.Format == run.JournalFormat {
		return nil
	}
	return run.Problemf(run.ForeignState, "the tuner was deployed in the middle of this execution, which carries a state of format %d with a journal of format %d, and this version's have formats %d and %d: start a new execution",
		s.Format, s.Journal.Format, run.StateFormat, run.JournalFormat)
}
