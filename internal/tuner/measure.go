package tuner

import (
	"context"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/bounds"
	"github.com/dualarch/dualarch/internal/tuner/decide"
	"github.com/dualarch/dualarch/internal/tuner/explorer"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/measure"
	"github.com/dualarch/dualarch/internal/tuner/packing"
	"github.com/dualarch/dualarch/internal/tuner/rounds"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/tally"
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
	limit := bounds.TimeOf(e, in)
	end, limited := limit.End()
	if limited = limited && end.Before(a.Deadline); limited {
		a.Deadline = end // what does not fit into the run's time is not begun
	}
	state := *e.State
	samples, err := packing.Decode(state.Samples)
	if err != nil {
		return run.State{}, err
	}
	if in.Payloads, err = a.payloads(ctx, in); err != nil {
		return run.State{}, err
	}
	if limited && state.Round.Number == 1 {
		in.RunLeft = limit.FirstInvocation()
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
	if unfinished {
		left := limit.Unfinished(in, state, samples)
		if left == nil && limited && len(fresh) == 0 {
			left = limit.CutShort(in, state, samples)
		}
		unfinished = left == nil
		state.LeaveOut(left)
	}
	switch part, last := run.NextChunk(in, state.Round); {
	case unfinished:
		state.Next = run.StepMeasure
	case !last && state.OutOfTime == nil && limit.Fits(chunkTime(in, state, samples)):
		state.Round.Done += len(part)
		state.Next, state.Versions = run.StepPrepare, nil
	default:
		if !last && state.OutOfTime == nil {
			state.OutOfTime = limit.Without(state.Round, true, chunkTime(in, state, samples))
		}
		next, more, left := limit.NextRound(in, state, samples)
		if more && !bounds.CeilingsCover(in, state, next, samples) {
			more, state.Capped = false, true
			state.Notes = run.CapWarnings(append(state.Notes, "the run ended without another round, which might have passed the PowerTuning's property MaxCost or MaxInvocations"))
		}
		state.Next, state.Versions, state.OutOfTime = decide.End(in, state.Journal), nil, left
		if more {
			state.Next, state.Round = run.StepPrepare, next
		}
	}
	a.count(&state, 2)
	return state, bounds.GoesOn(state)
}

// chunkTime estimates how long the rest of a round of cold starts takes, of which the chunks until now are measured.
func chunkTime(in input.Input, s run.State, samples []tuning.Sample) time.Duration {
	all, done := len(run.NeededVersions(in, s.Round)), s.Round.Done
	part, _ := run.NextChunk(in, s.Round)
	return rounds.Time(in, s, s.Round, samples) * time.Duration(all-done-len(part)) / time.Duration(max(1, all))
}

// budget returns what is left of the owner's ceilings and, while exploring, of a budget that the input gives.
func budget(in input.Input, s run.State, samples []tuning.Sample) *tally.Budget {
	explorer := explorer.Adaptive(in, s)
	b := &tally.Budget{
		Left: bounds.CeilingsLeft(in, s, samples), Worst: explorer.Worst, Reserved: explorer.Reserved, Charge: bounds.ChargeOf(in, s.Journal), Whole: true,
	}
	if s.Round.Phase == run.PhaseExplore && in.Capped() {
		if !in.InvocationsGiven {
			explorer.Budget.Invocations = 0
		}
		b.Left, b.Whole = explorer.Budget.Left(run.WithCosts(in, s.Journal, samples)).AtMost(b.Left), false
	}
	return b
}
