package change

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/jsontext"
	"github.com/dualarch/dualarch/internal/tuner/mark"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

// publishReserve is what Prepare keeps to put $LATEST back, should that have to be tried again and again.
const publishReserve = 90 * time.Second

// Prepared is what Prepare did on one function.
type Prepared struct {
	Versions []run.PublishedVersion
	Failures []tuning.Failure
	Complete bool
	// Caching is what a second costs in which the snapshots of the round's versions are cached, the first of them
	// since published.
	Caching   float64
	Published time.Time
	// Served is how long $LATEST had which test size.
	Served []run.Served
	// Deleted is when the versions of the round before were deleted; zero unless that comes first.
	Deleted time.Time

	pending []pending
}

// Prepare publishes what is wanted of one function for a round and puts $LATEST back; resumed says that an earlier
// invocation has published a part of it. Versions that are not needed
// any more are deleted first where each sample needs one of its own, and where their snapshots cost something;
// others while updates are waited for, as far as that costs no time.
func (s *Function) Prepare(ctx context.Context, in input.Input, round int, part []run.NeededVersion, resumed bool) (Prepared, error) {
	soon := in.OnlyColdStarts || s.target.PaysForSnapshots()
	var own map[string]cloud.FunctionConfiguration
	// Whoever made the lock is the first to publish, and nobody has published for this part if the lock is as it was left.
	listed := s.Created()
	var err error
	if !listed && (soon || resumed || !s.Undisturbed()) {
		if own, err = s.own(ctx); err != nil {
			return Prepared{}, err
		}
		listed = true
	}
	p := Prepared{Complete: true}
	obsolete := s.obsolete(own, part)
	if soon {
		for _, v := range obsolete {
			if _, err := s.DeleteVersion(ctx, s.target.Function, v.Version); err != nil {
				return Prepared{}, err
			}
		}
		if len(obsolete) > 0 {
			p.Deleted = time.Now()
		}
		obsolete = nil
	}
	s.meanwhile = func(ctx context.Context) bool {
		switch {
		case p.look(ctx, s):
			return true
		case !listed:
			listed = true
			all, err := s.own(ctx)
			obsolete = s.obsolete(all, part)
			return err == nil
		}
		return s.discard(ctx, &obsolete)
	}
	for _, w := range part {
		if w.Architecture != s.target.Architecture || run.Failed(p.Failures, w.Configuration) {
			continue
		}
		v, ok := own[mark.OfVersion(s.execution, w.VersionKey)]
		if !ok {
			if s.Remaining() < publishReserve || !s.RunLasts(timing.Publishing(1, false)) {
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
			p.pending = append(p.pending, pending{v, time.Now()})
		}
		p.Versions = append(p.Versions, run.PublishedVersion{Configuration: w.Configuration, Version: v.Version, Sandbox: w.Sandbox})
	}
	s.leaves = true
	always := s.uncertain || !s.WritersUntil().IsZero()
	if _, err := s.writeLatest(ctx, s.target.MemorySize, s.target.Description, always); err != nil {
		return p, err
	}
	p.Served = s.served.totals
	if err := s.await(ctx, &p); err != nil || !p.Complete {
		return p, err
	}
	p.Caching, p.Published, err = s.cachedSnapshots(ctx, price.ForRun(in.Terms, s.target.Priced()), round)
	return p, err
}

// pending is a version that could not be invoked yet when it was published.
type pending struct {
	cloud.FunctionConfiguration
	since time.Time
}

// settled is how old a version without a snapshot is when it is looked at for the first time.
const settled = time.Second

// look finds out about one pending version while there is time. It reports false where there is nothing to find
// out: snapshots take minutes.
func (p *Prepared) look(ctx context.Context, s *Function) bool {
	if s.target.SnapStart || len(p.pending) == 0 || time.Since(p.pending[0].since) < settled {
		return false
	}
	v := p.pending[0]
	c, err := s.Lambda.Configuration(ctx, s.target.Function, v.Version)
	if err != nil || c.WaitsFor(time.Since(v.since)) {
		p.pending = append(p.pending[1:], pending{v.FunctionConfiguration, time.Now()}) // once more, later
		return true
	}
	p.pending = p.pending[1:]
	p.failUnless(c)
	return true
}

// await waits until all pending versions can be invoked: with SnapStart they take minutes, together.
func (s *Function) await(ctx context.Context, p *Prepared) error {
	first := time.Now()
	for _, v := range p.pending {
		for wait := 200 * time.Millisecond; ; wait = min(wait*3/2, time.Second) {
			if s.Remaining() < timing.Reserve || !s.RunLasts(0) {
				p.Complete = false
				return nil
			}
			c, err := cloud.Read(ctx, s.Session, func() (cloud.FunctionConfiguration, error) {
				return s.Lambda.Configuration(ctx, s.target.Function, v.Version)
			})
			if err != nil {
				return err
			}
			if !c.WaitsFor(time.Since(first)) {
				p.failUnless(c)
				break
			}
			if err := clock.Sleep(ctx, wait); err != nil {
				return err
			}
		}
	}
	return nil
}

// failUnless takes a version out unless it can be invoked.
func (p *Prepared) failUnless(c cloud.FunctionConfiguration) {
	why := c.Unusable()
	if why == "" {
		return
	}
	p.Versions = slices.DeleteFunc(p.Versions, func(v run.PublishedVersion) bool {
		if v.Version != c.Version {
			return false
		}
		if !run.Failed(p.Failures, v.Configuration) {
			p.Failures = append(p.Failures, tuning.Failure{Configuration: v.Configuration, Reason: jsontext.Truncate("Lambda could not make it ready: "+why, report.MaxReason)})
		}
		return true
	})
}

// obsolete are the run's versions that the part does not need.
func (s *Function) obsolete(own map[string]cloud.FunctionConfiguration, part []run.NeededVersion) []cloud.FunctionConfiguration {
	needed := map[string]bool{}
	for _, w := range part {
		needed[mark.OfVersion(s.execution, w.VersionKey)] = true
	}
	var all []cloud.FunctionConfiguration
	for description, v := range own {
		if !needed[description] {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(v, w cloud.FunctionConfiguration) int { return cloud.VersionNumber(v) - cloud.VersionNumber(w) })
	return all
}

// discard deletes one obsolete version while there is time. Where that fails it is left to Restore, which says
// why. It reports false where there is none.
func (s *Function) discard(ctx context.Context, obsolete *[]cloud.FunctionConfiguration) bool {
	if len(*obsolete) == 0 {
		return false
	}
	v := (*obsolete)[0]
	*obsolete = (*obsolete)[1:]
	return s.Lambda.DeleteVersion(ctx, s.target.Function, v.Version) == nil
}
