package tuner

import (
	"context"
	"errors"
	"fmt"

	"github.com/dualarch/dualarch/internal/tuner/change"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/jsontext"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Apply reaches the verdict, sets the winning memory size on $LATEST and, with autoOptimizeAlias, publishes a version and points that alias
// to it. It takes a lock of its own, and refuses a function that has changed since Plan, and an alias whose callers would
// get more than another memory size.
func (s Steps) Apply(ctx context.Context, e run.Event) (run.State, error) {
	a := s.begin(ctx, e)
	in, _, err := input.Decode(e.Input, e.Defaults)
	if err != nil {
		return run.State{}, err
	}
	state := *e.State
	if state.Output == nil {
		if state, err = s.Verdict(ctx, e); err != nil {
			return run.State{}, err
		}
	}
	if state.Output == nil || len(state.Journal.Targets) != 1 {
		return run.State{}, run.Problemf(run.TuningFailed, "there is no single winner to apply")
	}
	t := state.Journal.Targets[0]
	sub := change.Open(a.Session, t, e.Execution, run.LeaseEnd(e))
	changed := false
	if err = sub.Acquire(ctx, true); err == nil {
		changed, err = sub.Apply(ctx, state.Output.Power, in.AutoOptimizeAlias)
		if released := sub.Release(ctx); released != nil {
			return run.State{}, errors.Join(err, released)
		}
	}
	var why *run.Problem
	if err != nil && !errors.As(err, &why) {
		return run.State{}, err
	}
	if why != nil {
		// Somebody else has changed the function or tunes it: what was measured stands all the same.
		applied := "%d MB were not applied: %s"
		if changed {
			applied = "%d MB were applied to $LATEST, but not to the alias: %s"
		}
		state.Output.Warnings = append(state.Output.Warnings, jsontext.Truncate(fmt.Sprintf(applied, state.Output.Power, err), run.MaxErrorText))
	}
	state.Next = run.StepDone
	return state, nil
}
