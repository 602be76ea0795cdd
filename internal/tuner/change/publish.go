package change

import (
	"context"
	"errors"
	"fmt"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/mark"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// publish sets a memory size on $LATEST and publishes it. ErrInvalid means that the size is not allowed.
func (s *Function) publish(ctx context.Context, w run.NeededVersion) (cloud.FunctionConfiguration, error) {
	description := mark.OfVersion(s.execution, w.VersionKey)
	for try := 0; ; try++ {
		c, err := s.writeLatest(ctx, w.MemorySize, mark.OfLatest(s.execution, w.VersionKey, w.MemorySize, s.target), false)
		if err != nil {
			return c, err
		}
		if err := s.guard(ctx); err != nil {
			return c, err
		}
		s.forgetLatest() // a publish changes its revision id
		v, err := s.Lambda.PublishVersion(ctx, s.target.Function, cloud.NewVersion{
			Description: description, CodeSHA256: s.target.CodeSHA256, RevisionID: c.RevisionID,
		})
		if err == nil {
			return v, s.published(v, w)
		}
		if errors.Is(err, cloud.ErrInvalid) {
			return c, &run.Problem{Kind: run.TuningFailed, Text: "publishing " + s.target.Function, Err: err}
		}
		s.uncertain = s.uncertain || errors.Is(err, cloud.ErrUnknown)
		if err := s.Again(ctx, try, err); err != nil {
			return c, fmt.Errorf("publishing %s at %d MB: %w", s.target.Function, w.MemorySize, err)
		}
		// The answer may have been lost after the fact: then the version is there.
		own, err := s.own(ctx)
		if err != nil {
			return c, err
		}
		if v, ok := own[description]; ok {
			return v, s.published(v, w)
		}
	}
}

// published fails unless a version is the one that was needed: Lambda answers with an older version if it thinks that
// nothing has changed since.
func (s *Function) published(v cloud.FunctionConfiguration, w run.NeededVersion) error {
	if !mark.Owns(s.target, v, s.execution) || v.MemorySize != w.MemorySize {
		return run.Problemf(run.TuningFailed, "publishing %s at %d MB gave version %s with %d MB and the description %q: somebody else publishes the function too, and should publish it again, because that version has a test size",
			s.target.Function, w.MemorySize, v.Version, v.MemorySize, v.Description)
	}
	return nil
}

// own lists the versions of this run by description. Where a lost answer made two of one, the younger stands.
func (s *Function) own(ctx context.Context) (map[string]cloud.FunctionConfiguration, error) {
	all, err := s.Versions(ctx, s.target.Function)
	if err != nil {
		return nil, err
	}
	own := map[string]cloud.FunctionConfiguration{}
	for _, v := range all {
		if mark.Owns(s.target, v, s.execution) && cloud.VersionNumber(v) > cloud.VersionNumber(own[v.Description]) {
			own[v.Description] = v
		}
	}
	return own, nil
}
