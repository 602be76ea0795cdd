package change

import (
	"context"
	"strconv"

	"github.com/dualarch/dualarch/internal/tuner/run"
)

// checkBeforeFirstChange checks what has to hold before the run's first change.
func (s *Function) checkBeforeFirstChange(ctx context.Context) error {
	if err := s.checkCanDeleteVersions(ctx); err != nil {
		return err
	}
	return s.checkUnchangedSincePlan(ctx)
}

// checkCanDeleteVersions fails if the run's versions could not be deleted again: a run must not begin what it may not
// undo. It asks to delete a version that cannot exist, which Lambda answers as for one that is gone already, but only
// to those who may delete versions. Restore's role has the same permission as this one.
func (s *Function) checkCanDeleteVersions(ctx context.Context) error {
	never := strconv.Itoa(s.target.HighestVersion + 1_000_000)
	if _, err := s.remove(ctx, never); err != nil {
		return &run.Problem{Kind: run.TuningFailed, Text: s.function + " is not tuned, because its test versions could not be deleted afterwards", Err: err}
	}
	return nil
}

// checkUnchangedSincePlan fails if $LATEST was written to since Plan. It is asked before the run's first change,
// because the run's own changes move the revision id. From then until the first write the time of the last update is
// watched instead: nothing says that making the lock leaves the function's revision id alone.
func (s *Function) checkUnchangedSincePlan(ctx context.Context) error {
	s.unwritten = true
	s.forgetLatest()
	c, err := s.readLatest(ctx)
	if err != nil {
		return err
	}
	if err := s.checkStillOurs(c); err != nil {
		return err
	}
	if c.RevisionID != s.target.RevisionID {
		return s.touched()
	}
	return nil
}

func (s *Function) touched() error {
	return run.Problemf(run.FunctionChanged, "%s has changed since Plan: it was updated or published meanwhile, or put back before this execution was redriven: start a new execution", s.function)
}
