package tuner

import (
	"context"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/change"
	"github.com/dualarch/dualarch/internal/tuner/decide"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/measure"
	"github.com/dualarch/dualarch/internal/tuner/packing"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// Measure invokes the published versions until each has given its samples, or as many as its time
// allows; then it asks to be called again. When the round is measured it decides what comes next.
func (s Steps) Measure(ctx context.Context, e run.Event) (run.State, error) {
	a := s.begin(ctx, e)
	// The state machine may be older than this code, and not wait as long as the Lambda may run.
	if most := a.Started.Add(e.Defaults.MeasureTimeout()); most.Before(a.Deadline) {
		a.Deadline = most
	}
	in, _, err := input.Decode(e.Input, e.Defaults)
	if err != nil {
		return run.State{}, err
	}
	state := *e.State
	samples, err := packing.Decode(state.Samples)
	if err != nil {
		return run.State{}, err
	}
	if err := change.Holds(ctx, a.Session, e.Execution, state.Journal); err != nil {
		return run.State{}, err
	}
	if in.Payloads, err = a.payloads(ctx, in); err != nil {
		return run.State{}, err
	}
	fresh, unfinished, err := measure.Run(ctx, a.Session, in, &state, budget(in, state, samples))
	if err != nil {
		return run.State{}, err
	}
	samples = append(samples, fresh...)
	if state.Samples, err = packing.Encode(samples); err != nil {
		return run.State{}, err
	}
	state.Counts.Snapshots.Accrue(time.Now())
	switch part, last := run.NextChunk(in, state.Round); {
	case unfinished:
		state.Next = run.StepMeasure
	case !last:
		state.Round.Done += len(part)
		state.Next, state.Versions = run.StepPrepare, nil
	default:
		next, more := decide.NextRound(in, state, samples)
		state.Next, state.Versions = run.StepRestore, nil
		if more {
			state.Next, state.Round = run.StepPrepare, next
		}
	}
	a.count(&state, 2)
	return state, goesOn(state)
}

// budget returns what is left of a budget that the input gives; nil if none bounds this round.
func budget(in input.Input, s run.State, samples []tuning.Sample) *measure.Budget {
	if s.Round.Phase != run.PhaseExplore || !in.Capped() {
		return nil
	}
	explorer := decide.Adaptive(in, s)
	if !in.InvocationsGiven {
		explorer.Budget.Invocations = 0
	}
	return &measure.Budget{
		Left:  explorer.Budget.Left(run.WithCosts(in, s.Journal, samples)),
		Worst: explorer.Worst, Reserved: explorer.Reserved,
	}
}
