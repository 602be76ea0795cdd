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
	type question struct {
		otherwise string
		ask       func() error
	}
	version := strconv.Itoa(t.HighestVersion + 1_000_000)
	// Each row is asked one after the other, the rows side by side.
	needed := [][]question{
		{{"its memory size could not be changed and put back", func() error {
			_, err := s.Lambda.UpdateConfiguration(ctx, t.Function, cloud.ConfigurationChange{MemorySize: t.MemorySize, Description: t.Description, RevisionID: neverRevision})
			return err
		}}},
		{{"no version of it could be published", func() error {
			v, err := s.Lambda.PublishVersion(ctx, t.Function, cloud.NewVersion{
				Description: mark.OfVersion(s.execution, run.VersionKey{}), CodeSHA256: t.CodeSHA256, RevisionID: neverRevision,
			})
			if err == nil && mark.Owns(t, v, s.execution) {
				version = v.Version // A Lambda that does not compare revisions, such as an emulator's, has published all the same.
			}
			return err
		}}, {"its test versions could not be deleted afterwards", func() error {
			return s.Lambda.DeleteVersion(ctx, t.Function, version)
		}}},
		{{"its lock could not be handed on", func() error {
			_, err := s.Lambda.UpdateAlias(ctx, t.Function, cloud.Alias{Name: run.LockName, Version: "$LATEST", RevisionID: neverRevision})
			return err
		}}},
		{{"its lock could not be given up", func() error { return s.Lambda.DeleteAlias(ctx, t.Function, run.NeverAlias) }}},
	}
	errs := make([]error, len(needed))
	var all sync.WaitGroup
	for i, row := range needed {
		all.Go(func() {
			for _, n := range row {
				if err := s.denial(ctx, n.ask); err != nil {
					errs[i] = errors.Join(errs[i], &run.Problem{Kind: run.TuningFailed, Text: t.Function + " is not tuned, because " + n.otherwise, Err: err})
				}
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
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
