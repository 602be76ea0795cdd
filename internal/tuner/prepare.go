package tuner

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/bounds"
	"github.com/dualarch/dualarch/internal/tuner/change"
	"github.com/dualarch/dualarch/internal/tuner/decide"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/lock"
	"github.com/dualarch/dualarch/internal/tuner/packing"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

// Prepare publishes the versions of the round (or of its next chunk), one after the other on each function and both
// functions side by side, and leaves $LATEST as Plan found it. It asks to be called again if its time was not enough.
func (s Steps) Prepare(ctx context.Context, e run.Event) (run.State, error) {
	a := s.begin(ctx, e)
	in, _, err := input.Decode(e.Input, e.Defaults)
	if err != nil {
		return run.State{}, err
	}
	limit := bounds.TimeOf(e, in)
	if end, ok := limit.End(); ok {
		a.RunEnds = end
	}
	state := *e.State
	part, _ := run.NextChunk(in, state.Round)
	part = slices.DeleteFunc(part, func(w run.NeededVersion) bool { return run.Failed(state.Failures, w.Configuration) })

	subjects, err := a.acquire(ctx, e, state, func(t run.Target) bool {
		return in.OnlyColdStarts || t.PaysForSnapshots() || slices.ContainsFunc(part, func(w run.NeededVersion) bool { return w.Architecture == t.Architecture })
	})
	handedOn := false
	defer func() {
		for _, s := range subjects {
			if !handedOn {
				s.GiveUp(ctx)
			}
		}
	}()
	if err != nil {
		if late := a.staleLock(ctx, e, state, subjects); late != nil {
			return healing(late), nil
		}
		return run.State{}, err
	}
	parts := make([]change.Prepared, len(subjects))
	errs := make([]error, len(subjects))
	var both sync.WaitGroup
	for i, s := range subjects {
		both.Go(func() { parts[i], errs[i] = s.Prepare(ctx, in, state.Round.Number, part, len(state.Versions) > 0) })
	}
	both.Wait()
	if err := errors.Join(errs...); err != nil {
		return run.State{}, err
	}

	state.Next = run.StepMeasure
	state.Versions = nil
	samples, err := packing.Decode(state.Samples)
	if err != nil {
		return run.State{}, err
	}
	took := statistics.CallsOf(samples)
	for _, p := range parts {
		for i := range p.Versions { // earlier rounds may have shown how long an invocation takes
			p.Versions[i].Slowest = float64(took.Slowest(p.Versions[i].Configuration)) / float64(time.Millisecond)
		}
		state.Versions = append(state.Versions, p.Versions...)
		state.Failures = append(state.Failures, p.Failures...)
		state.AddServed(p.Served)
		if !p.Complete {
			state.Next = run.StepPrepare
		}
	}
	if state.Next == run.StepPrepare && !limit.Fits(timing.Publishing(1, false)) {
		state.Next, state.OutOfTime = decide.End(in, state.Journal), limit.Without(state.Round, true, timing.Publishing(len(part), false))
	}
	var deleted time.Time // the versions of the round before
	for _, p := range parts {
		if p.Deleted.After(deleted) {
			deleted = p.Deleted
		}
	}
	switch {
	case !deleted.IsZero():
		state.Counts.Snapshots.Deleted(deleted)
	case state.Next == run.StepMeasure:
		state.Counts.Snapshots.Deleted(time.Now())
	}
	if state.Next == run.StepMeasure {
		for _, p := range parts {
			state.Counts.Snapshots.Add(state.Round.Phase, p.Caching, p.Published)
		}
	}
	order := map[tuning.Configuration]int{}
	for i, w := range part {
		if _, ok := order[w.Configuration]; !ok {
			order[w.Configuration] = i
		}
	}
	slices.SortStableFunc(state.Versions, func(v, w run.PublishedVersion) int {
		if v.Sandbox != w.Sandbox {
			return v.Sandbox - w.Sandbox
		}
		return order[v.Configuration] - order[w.Configuration]
	})
	locks := map[tuning.Architecture]run.KnownLock{}
	maps.Copy(locks, state.Locks)
	for _, s := range subjects {
		locks[s.Architecture()] = s.HandOn(ctx)
	}
	state.Locks = locks
	a.count(&state, 2)
	if err := bounds.GoesOn(state); err != nil {
		return run.State{}, err
	}
	// Of an execution that was stopped meanwhile nobody gets the state: then Heal learns it from the lock.
	ended, _, err := a.Executions.Ended(ctx, e.Execution.ARN)
	handedOn = err == nil && !ended
	return state, nil
}

// acquire takes the targets' locks, in the order of their names, so that two runs that want the same
// functions do not each get one. Once it has all of them it takes those again that something is to be changed on.
func (a *attempt) acquire(ctx context.Context, e run.Event, state run.State, changes func(run.Target) bool) ([]*change.Function, error) {
	targets := slices.Clone(state.Journal.Targets)
	slices.SortFunc(targets, func(s, t run.Target) int {
		if s.Function < t.Function {
			return -1
		}
		return 1
	})
	create := nothingPrepared(state)
	var held []*change.Function
	for _, t := range targets {
		if !create && !changes(t) {
			continue
		}
		s := change.Open(a.Session, t, e.Execution, run.LeaseEnd(e))
		s.Expect(state.Locks[t.Architecture])
		if err := s.Hold(ctx, create); err != nil {
			return held, err
		}
		held = append(held, s)
	}
	return held, nil
}

// nothingPrepared reports whether nothing of the run has been prepared yet.
func nothingPrepared(s run.State) bool {
	return s.Round.Number == 1 && s.Round.Done == 0 && len(s.Versions) == 0 && len(s.Locks) == 0
}

// staleLock returns a lock that appeared after Plan, left by a stopped execution whose Prepare was still running. It is
// only looked for while this run has changed nothing. Heal finds out whether that execution has ended, and then Plan
// begins anew; executions of another state machine cannot be looked at.
func (a *attempt) staleLock(ctx context.Context, e run.Event, s run.State, held []*change.Function) *run.Lock {
	if !nothingPrepared(s) || len(held) > 0 {
		return nil
	}
	region, machine := arn.StateMachine(e.Execution.StateMachine)
	for _, t := range s.Journal.Targets {
		_, found, err := lock.Read(ctx, a.Session, t.Function)
		if err == nil && !found.Of(e.Execution) && found.Region == region && found.StateMachine == machine {
			return &found
		}
	}
	return nil
}
