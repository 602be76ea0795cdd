package change

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/jsontext"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

// Prepared is what Prepare did on one function.
type Prepared struct {
	Versions []run.PublishedVersion
	Failures []tuning.Failure
	Complete bool
	// Caching is what a second costs in which the snapshots of the round's versions are cached, the first of them
	// since published.
	Caching   float64
	Published time.Time
}

// Prepare publishes what is wanted of one function for a round and puts $LATEST back. Versions that are not needed
// any more are deleted first where each sample needs one of its own, and where their snapshots cost something.
func (s *Function) Prepare(ctx context.Context, in input.Input, round int, part []run.NeededVersion) (Prepared, error) {
	own, err := s.own(ctx)
	if err != nil {
		return Prepared{}, err
	}
	if in.OnlyColdStarts || s.target.PaysForSnapshots() {
		if err := s.discard(ctx, own, part); err != nil {
			return Prepared{}, err
		}
	}
	p := Prepared{Complete: true}
	var pending []cloud.FunctionConfiguration
	for _, w := range part {
		if w.Architecture != s.target.Architecture || run.Failed(p.Failures, w.Configuration) {
			continue
		}
		v, ok := own[versionDescription(s.execution.Name, w.VersionKey)]
		if !ok {
			if s.Remaining() < publishReserve {
				p.Complete = false
				break
			}
			if v, err = s.publish(ctx, w); errors.Is(err, cloud.ErrInvalid) && !errors.As(err, new(*run.Problem)) {
				p.Failures = append(p.Failures, tuning.Failure{Configuration: w.Configuration, Reason: jsontext.Truncate(err.Error(), report.MaxReason)})
				continue
			}
		}
		if err != nil {
			return p, err
		}
		if v.Readiness() != cloud.IsReady {
			pending = append(pending, v)
		}
		p.Versions = append(p.Versions, run.PublishedVersion{Configuration: w.Configuration, Version: v.Version, Sandbox: w.Sandbox})
	}
	always := s.uncertain || !s.writersUntil.IsZero()
	if _, err := s.writeLatest(ctx, s.target.MemorySize, s.target.Description, always); err != nil {
		return p, err
	}
	if err := s.await(ctx, &p, pending); err != nil || !p.Complete {
		return p, err
	}
	p.Caching, p.Published, err = s.cachedSnapshots(ctx, price.ForRun(in.Terms, s.target.Priced()), round)
	return p, err
}

// await waits until all pending versions can be invoked: with SnapStart they take minutes, together.
func (s *Function) await(ctx context.Context, p *Prepared, pending []cloud.FunctionConfiguration) error {
	first := time.Now()
	for _, v := range pending {
		for wait := cloud.ControlInterval; ; wait = min(wait*3/2, time.Second) {
			if s.Remaining() < timing.Reserve {
				p.Complete = false
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
func (p *Prepared) fail(c cloud.FunctionConfiguration) {
	p.Versions = slices.DeleteFunc(p.Versions, func(v run.PublishedVersion) bool {
		if v.Version != c.Version {
			return false
		}
		if !run.Failed(p.Failures, v.Configuration) {
			p.Failures = append(p.Failures, tuning.Failure{Configuration: v.Configuration, Reason: jsontext.Truncate("Lambda could not make it ready: "+c.Unusable(), report.MaxReason)})
		}
		return true
	})
}

// discard deletes the run's versions that the part does not need.
func (s *Function) discard(ctx context.Context, own map[string]cloud.FunctionConfiguration, part []run.NeededVersion) error {
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
func (s *Function) remove(ctx context.Context, version string) (bool, error) {
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
