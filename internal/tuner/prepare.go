package tuner

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/jsontext"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

const (

	// publishReserve is what Prepare keeps to put $LATEST back, should that have to be tried again and again.
	publishReserve = 90 * time.Second
	// defaultLease holds where the definition does not say its own time-out.
	defaultLease = 24 * time.Hour
)

// Prepare publishes the versions of the round (or of its next chunk), one after the other on each
// function and both functions side by side, and leaves $LATEST as Plan found it. It asks to be called
// again where its time was not enough.
func (s Steps) Prepare(ctx context.Context, e run.Event) (run.State, error) {
	a := s.begin(ctx, e)
	in, _, err := input.Decode(e.Input, e.Defaults)
	if err != nil {
		return run.State{}, err
	}
	state := *e.State
	part, _ := run.NextChunk(in, state.Round)
	part = slices.DeleteFunc(part, func(w run.NeededVersion) bool { return run.Failed(state.Failures, w.Configuration) })

	subjects, err := a.acquire(ctx, e, state)
	defer func() {
		for _, s := range subjects {
			s.giveUp(ctx)
		}
	}()
	if err != nil {
		if late := a.late(ctx, e, state, subjects); late != nil {
			return healing(late), nil
		}
		return run.State{}, err
	}
	parts := make([]prepared, len(subjects))
	errs := make([]error, len(subjects))
	var both sync.WaitGroup
	for i, s := range subjects {
		both.Go(func() { parts[i], errs[i] = s.prepare(ctx, in, state.Round.Number, part) })
	}
	both.Wait()
	if err := errors.Join(errs...); err != nil {
		return run.State{}, err
	}

	state.Next = run.StepMeasure
	state.Versions = nil
	for _, p := range parts {
		state.Versions = append(state.Versions, p.versions...)
		state.Failures = append(state.Failures, p.failures...)
		if !p.complete {
			state.Next = run.StepPrepare
		}
	}
	if state.Next == run.StepMeasure {
		state.Counts.Snapshots.Deleted(time.Now()) // those of the round before
		for _, p := range parts {
			state.Counts.Snapshots.Add(state.Round.Phase, p.caching, p.published)
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
	a.count(&state, 2)
	return state, goesOn(state)
}

// acquire takes the targets' locks, in the order of their names, so that two runs that want the same
// functions do not each get one.
func (a *attempt) acquire(ctx context.Context, e run.Event, state run.State) ([]*tunedFunction, error) {
	targets := slices.Clone(state.Journal.Targets)
	slices.SortFunc(targets, func(s, t run.Target) int {
		if s.Function < t.Function {
			return -1
		}
		return 1
	})
	create := begins(state)
	var held []*tunedFunction
	for _, t := range targets {
		s := open(a.Session, t, e.Execution, leaseEnd(e))
		if err := s.hold(ctx, create); err != nil {
			return held, err
		}
		held = append(held, s)
	}
	return held, nil
}

// begins says that nothing of the run has been prepared yet.
func begins(s run.State) bool {
	return s.Round.Number == 1 && s.Round.Done == 0 && len(s.Versions) == 0
}

// late is the lock that stands in the way of a run which has nothing to put back yet. Plan has not met it: it
// may be of an execution that was stopped and whose Prepare went on. Heal finds out, and Plan begins anew
// where that execution has ended; another state machine's executions cannot be looked at.
func (a *attempt) late(ctx context.Context, e run.Event, s run.State, held []*tunedFunction) *run.Lock {
	if !begins(s) || len(held) > 0 {
		return nil
	}
	region, machine := arn.StateMachine(e.Execution.StateMachine)
	for _, t := range s.Journal.Targets {
		_, lock, err := lockOf(ctx, a.Session, t.Function)
		if err == nil && !lock.Of(e.Execution) && lock.Region == region && lock.StateMachine == machine {
			return &lock
		}
	}
	return nil
}

// leaseEnd is when nothing of the execution can run any more: its time-out, the Lambda it may have
// been in, and the Restore after it.
func leaseEnd(e run.Event) time.Time {
	timeout := defaultLease
	if e.Defaults.TimeoutSeconds > 0 {
		timeout = time.Duration(e.Defaults.TimeoutSeconds) * time.Second
	}
	return e.Execution.StartTime.Add(timeout + max(timing.StepTimeout, e.Defaults.MeasureTimeout()) + timing.StepTimeout)
}

// prepared is what Prepare did on one function.
type prepared struct {
	versions []run.PublishedVersion
	failures []tuning.Failure
	complete bool
	// caching is what a second costs in which the snapshots of the round's versions are cached, the first of them
	// since published.
	caching   float64
	published time.Time
}

// prepare publishes what is wanted of one function for a round and puts $LATEST back. Versions that are not needed
// any more are deleted first where each sample needs one of its own, and where their snapshots cost something.
func (s *tunedFunction) prepare(ctx context.Context, in input.Input, round int, part []run.NeededVersion) (prepared, error) {
	own, err := s.own(ctx)
	if err != nil {
		return prepared{}, err
	}
	if in.OnlyColdStarts || s.target.PaysForSnapshots() {
		if err := s.discard(ctx, own, part); err != nil {
			return prepared{}, err
		}
	}
	p := prepared{complete: true}
	var pending []cloud.FunctionConfiguration
	for _, w := range part {
		if w.Architecture != s.target.Architecture || run.Failed(p.failures, w.Configuration) {
			continue
		}
		v, ok := own[versionDescription(s.execution.Name, w.VersionKey)]
		if !ok {
			if s.Remaining() < publishReserve {
				p.complete = false
				break
			}
			if v, err = s.publish(ctx, w); errors.Is(err, cloud.ErrInvalid) && !errors.As(err, new(*run.Problem)) {
				p.failures = append(p.failures, tuning.Failure{Configuration: w.Configuration, Reason: jsontext.Truncate(err.Error(), report.MaxReason)})
				continue
			}
		}
		if err != nil {
			return p, err
		}
		if v.Readiness() != cloud.IsReady {
			pending = append(pending, v)
		}
		p.versions = append(p.versions, run.PublishedVersion{Configuration: w.Configuration, Version: v.Version, Sandbox: w.Sandbox})
	}
	always := s.uncertain || !s.writersUntil.IsZero()
	if _, err := s.writeLatest(ctx, s.target.MemorySize, s.target.Description, always); err != nil {
		return p, err
	}
	if err := s.await(ctx, &p, pending); err != nil || !p.complete {
		return p, err
	}
	p.caching, p.published, err = s.cachedSnapshots(ctx, price.ForRun(in.Terms, s.target.Priced()), round)
	return p, err
}

// await waits until all pending versions can be invoked: with SnapStart they take minutes, together.
func (s *tunedFunction) await(ctx context.Context, p *prepared, pending []cloud.FunctionConfiguration) error {
	first := time.Now()
	for _, v := range pending {
		for wait := cloud.ControlInterval; ; wait = min(wait*3/2, time.Second) {
			if s.Remaining() < timing.Reserve {
				p.complete = false
				return nil
			}
			c, err := cloud.Read(ctx, s.Session, func() (cloud.FunctionConfiguration, error) {
				return s.Lambda.Configuration(ctx, s.function, v.Version)
			})
			if err != nil {
				return err
			}
			if !c.WaitsFor(time.Since(first)) {
				if c.Unusable() != "" {
					p.fail(c)
				}
				break
			}
			if err := cloud.Sleep(ctx, wait); err != nil {
				return err
			}
		}
	}
	return nil
}

// fail takes a version out that Lambda could not make ready.
func (p *prepared) fail(c cloud.FunctionConfiguration) {
	p.versions = slices.DeleteFunc(p.versions, func(v run.PublishedVersion) bool {
		if v.Version != c.Version {
			return false
		}
		if !run.Failed(p.failures, v.Configuration) {
			p.failures = append(p.failures, tuning.Failure{Configuration: v.Configuration, Reason: jsontext.Truncate("Lambda could not make it ready: "+c.Unusable(), report.MaxReason)})
		}
		return true
	})
}

// discard deletes the run's versions that the part does not need.
func (s *tunedFunction) discard(ctx context.Context, own map[string]cloud.FunctionConfiguration, part []run.NeededVersion) error {
	for description, v := range own {
		if slices.ContainsFunc(part, func(w run.NeededVersion) bool {
			return description == versionDescription(s.execution.Name, w.VersionKey)
		}) {
			continue
		}
		if _, err := s.remove(ctx, v.Version); err != nil {
			return err
		}
	}
	return nil
}

// remove deletes a version of ours; it reports false where an alias of the user's keeps it.
func (s *tunedFunction) remove(ctx context.Context, version string) (bool, error) {
	for try := 0; ; try++ {
		err := s.Lambda.DeleteVersion(ctx, s.function, version)
		switch {
		case err == nil, errors.Is(err, cloud.ErrNotFound):
			return true, nil
		case errors.Is(err, cloud.ErrInUse):
			return false, nil
		}
		if err := s.Again(ctx, try, err); err != nil {
			return false, err
		}
	}
}
