package change

import (
	"context"
	"errors"
	"strconv"
	"sync"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/mark"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// checkBeforeFirstChange checks what has to hold before the run's first change.
func (s *Function) checkBeforeFirstChange(ctx context.Context) error {
	if err := s.checkPermissions(ctx); err != nil {
		return err
	}
	return s.checkUnchangedSincePlan(ctx)
}

// neverRevision is a revision id that nothing has.
const neverRevision = "00000000-0000-0000-0000-000000000000"

// checkPermissions fails if a write is denied that the run needs, to this role or to all: a run must not begin what it
// may not undo. It asks for what cannot be done: at a revision that nothing has, and of a version and aliases that do
// not exist. Lambda says so only to those who may do it otherwise. Restore's role has the same permissions.
func (s *Function) checkPermissions(ctx context.Context) error {
	t := s.target
	needed := []struct {
		otherwise string
		ask       func() error
	}{
		{"its memory size could not be changed and put back", func() error {
			_, err := s.Lambda.UpdateConfiguration(ctx, s.target.Function, cloud.ConfigurationChange{MemorySize: t.MemorySize, Description: t.Description, RevisionID: neverRevision})
			return err
		}},
		{"no version of it could be published", func() error { return s.askToPublish(ctx) }},
		{"its lock could not be handed on", func() error {
			_, err := s.Lambda.UpdateAlias(ctx, s.target.Function, cloud.Alias{Name: run.LockName, Version: "$LATEST", RevisionID: neverRevision})
			return err
		}},
		{"its test versions could not be deleted afterwards", func() error {
			return s.Lambda.DeleteVersion(ctx, s.target.Function, strconv.Itoa(t.HighestVersion+1_000_000))
		}},
		{"its lock could not be given up", func() error { return s.Lambda.DeleteAlias(ctx, s.target.Function, run.NeverAlias) }},
	}
	errs := make([]error, len(needed))
	var all sync.WaitGroup
	for i, n := range needed {
		all.Go(func() {
			if err := s.denial(ctx, n.ask); err != nil {
				errs[i] = &run.Problem{Kind: run.TuningFailed, Text: s.target.Function + " is not tuned, because " + n.otherwise, Err: err}
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// askToPublish publishes at a revision that nothing has. A Lambda that does not compare revisions, such as an emulator's,
// publishes all the same: then that version, which has a mark of its own, is deleted.
func (s *Function) askToPublish(ctx context.Context) error {
	v, err := s.Lambda.PublishVersion(ctx, s.target.Function, cloud.NewVersion{
		Description: mark.OfVersion(s.execution, run.VersionKey{}), CodeSHA256: s.target.CodeSHA256, RevisionID: neverRevision,
	})
	if err == nil && mark.Owns(s.target, v, s.execution) {
		return s.Lambda.DeleteVersion(ctx, s.target.Function, v.Version)
	}
	return err
}

// denial asks until there is an answer, and returns it if it is a denial.
func (s *Function) denial(ctx context.Context, ask func() error) error {
	for try := 0; ; try++ {
		err := ask()
		switch {
		case errors.Is(err, cloud.ErrDenied):
			return err
		case errors.Is(err, cloud.ErrThrottled), errors.Is(err, cloud.ErrUnknown), errors.Is(err, cloud.ErrDoubtful):
			if s.Again(ctx, try, err) != nil {
				return nil // what comes next says why nothing is answered
			}
		default:
			return nil
		}
	}
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
	return run.Problemf(run.FunctionChanged, "%s has changed since Plan: it was updated or published meanwhile, or put back before this execution was redriven: start a new execution", s.target.Function)
}
