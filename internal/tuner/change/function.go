package change

import (
	"context"
	"errors"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/lock"
	"github.com/dualarch/dualarch/internal/tuner/mark"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// Function is one target as this invocation changes it: $LATEST, its versions and its lock.
type Function struct {
	*lock.Held
	target    run.Target
	execution run.Execution // the run that changes it
	// uncertain reports whether a change was sent whose answer was lost: it may still take effect, until the next
	// change makes its revision id stale.
	uncertain bool
	// unwritten reports whether the run has not written to $LATEST yet.
	unwritten bool
	// seen is $LATEST as this invocation found it; nil before.
	seen *cloud.FunctionConfiguration
	// latest is $LATEST as far as it is known without another read; nil where it has to be read.
	latest *cloud.FunctionConfiguration
	// fenced says that latest may be written without another look at the lock: see fence.go.
	fenced bool
	// mark is the description that this invocation wrote last, "" where it was not one of the run's own.
	mark string
	// leaves says that nothing here depends on the end of an update: whoever changes the function next waits for it.
	leaves bool
	// updateTime is how long the last update took.
	updateTime time.Duration
	// served is what callers of $LATEST were served with.
	served served
	// meanwhile does a part of what is left to do while an update is waited for; it reports false where there is
	// nothing. Default: there is nothing.
	meanwhile func(context.Context) bool
}

// Open returns a target that a run may change once it holds its lock, until the lease ends.
func Open(a *cloud.Session, t run.Target, e run.Execution, lease time.Time) *Function {
	return &Function{Held: lock.New(a, t.Function, e, lease), target: t, execution: e, updateTime: cloud.UpdateTime}
}

// Hold takes the function's lock to publish versions. If create allows the run's first change, it checks before
// that whether the run may begin.
func (s *Function) Hold(ctx context.Context, create bool) error {
	s.BeforeTaking = func(ctx context.Context, first bool) error {
		if first {
			return s.checkBeforeFirstChange(ctx)
		}
		s.unwritten = false
		_, err := s.readLatest(ctx)
		return err
	}
	if err := s.Acquire(ctx, create); err != nil {
		return err
	}
	s.fenced = s.latest != nil
	s.unwritten = s.unwritten && s.WritersUntil().IsZero()
	return nil
}

// Architecture returns the target's.
func (s *Function) Architecture() tuning.Architecture { return s.target.Architecture }

// GiveUp reports that this invocation changes nothing any more, unless it does not know that itself.
func (s *Function) GiveUp(ctx context.Context) {
	if !s.uncertain {
		s.ReportDone(ctx)
	}
}

// HandOn returns the lock for the state that this invocation hands on; the zero value if it does not know whether it
// changes anything any more.
func (s *Function) HandOn(ctx context.Context) run.KnownLock {
	if s.uncertain {
		return run.KnownLock{}
	}
	return s.Held.HandOn(ctx)
}

// checkStillOurs fails where $LATEST is neither as Plan found it nor as this run changes it.
func (s *Function) checkStillOurs(c cloud.FunctionConfiguration) error {
	t := s.target
	if s.seen == nil {
		s.seen = &c
	}
	m, ok := mark.Parse(c.Description)
	why := c.Unusable()
	switch {
	case why != "":
		return run.Problemf(run.FunctionChanged, "%s has changed since Plan: %s", s.target.Function, why)
	case !mark.Matches(t, c) || !mark.SameExceptSize(c, *s.seen):
		return run.Problemf(run.FunctionChanged, "%s has changed since Plan: its code or configuration is not the one that is being tuned", s.target.Function)
	case c.MemorySize == t.MemorySize && c.Description == t.Description:
		if s.unwritten && c.LastModified != t.LastModified {
			return s.touched()
		}
	case ok && m.By(s.execution, t) && m.MemorySize == c.MemorySize:
	default:
		return run.Problemf(run.FunctionChanged, "%s has changed since Plan: it has %d MB and the description %q, and had %d MB and %q",
			s.target.Function, c.MemorySize, c.Description, t.MemorySize, t.Description)
	}
	return nil
}

// writeLatest brings $LATEST to a memory size and a description and returns its configuration then. always
// writes even where there is nothing to change, so that no late writer's revision id is valid any more.
func (s *Function) writeLatest(ctx context.Context, memorySize int, description string, always bool) (cloud.FunctionConfiguration, error) {
	if always {
		s.forgetLatest() // a late writer may have read it since
	}
	first, wrote := "", false
	for try := 0; ; try++ {
		c, err := s.readLatest(ctx)
		if err != nil {
			return c, err
		}
		if first == "" {
			first = c.RevisionID
		}
		if err := s.checkStillOurs(c); err != nil {
			return c, err
		}
		if wrote && c.LastUpdateStatus == "Failed" {
			return c, run.Problemf(run.TuningFailed, "%s could not be changed to %d MB: %s", s.target.Function, memorySize, c.StateReason)
		}
		if c.MemorySize == memorySize && c.Description == description && (!always || wrote || c.RevisionID != first) {
			return c, nil
		}
		err = s.update(ctx, c, memorySize, description)
		s.unwritten = s.unwritten && !errors.Is(err, cloud.ErrUnknown)
		if err == nil {
			s.uncertain, wrote = false, true
			continue
		}
		s.uncertain = s.uncertain || errors.Is(err, cloud.ErrUnknown)
		if err := s.Again(ctx, try, err); err != nil {
			return c, err
		}
	}
}
