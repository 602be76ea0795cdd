package change

import (
	"context"
	"errors"
	"fmt"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/mark"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Apply sets the memory size and, if an alias is given, publishes a version and points the alias to it. If the alias may
// not be moved, nothing is changed. changed reports whether $LATEST has the size.
func (s *Function) Apply(ctx context.Context, memorySize int, alias string) (changed bool, err error) {
	if alias != "" {
		if _, err := s.movable(ctx, alias); err != nil {
			return false, err
		}
	}
	// Once the size is set, writeLatest has to recognise it as what the function is meant to have.
	for try := 0; ; try++ {
		c, err := s.readLatest(ctx)
		if err != nil {
			return false, err
		}
		if c.MemorySize == memorySize {
			s.target.MemorySize = memorySize
		}
		if err := s.checkStillOurs(c); err != nil {
			return false, err
		}
		if c.MemorySize == memorySize {
			break
		}
		if err = s.update(ctx, c, memorySize, c.Description); err == nil {
			continue
		}
		if err := s.Again(ctx, try, err); err != nil {
			return false, fmt.Errorf("giving %s %d MB: %w", s.target.Function, memorySize, err)
		}
	}
	if alias == "" {
		return true, nil
	}
	return true, s.point(ctx, alias)
}

// movable returns the alias as it is, without a version if there is none yet. It fails if moving it would change more
// than the memory size of what the alias's callers reach: whoever starts an execution must not release what lies in
// $LATEST, and a deployment that shifts the alias's traffic goes on as it was planned.
func (s *Function) movable(ctx context.Context, name string) (cloud.Alias, error) {
	alias, err := cloud.Read(ctx, s.Session, func() (cloud.Alias, error) { return s.Lambda.Alias(ctx, s.target.Function, name) })
	if errors.Is(err, cloud.ErrNotFound) {
		return cloud.Alias{Name: name}, nil
	}
	if err != nil {
		return alias, fmt.Errorf("reading alias %s of %s: %w", name, s.target.Function, err)
	}
	if alias.Weighted {
		return alias, run.Problemf(run.FunctionChanged, "alias %s of %s serves two versions by weight, as in the middle of a deployment: end that first", name, s.target.Function)
	}
	latest, err := s.readLatest(ctx)
	if err != nil {
		return alias, err
	}
	served, err := cloud.Read(ctx, s.Session, func() (cloud.FunctionConfiguration, error) {
		return s.Lambda.Configuration(ctx, s.target.Function, name)
	})
	if err != nil {
		return alias, fmt.Errorf("reading %s:%s: %w", s.target.Function, name, err)
	}
	if !mark.SameExceptSize(served, latest) {
		return alias, run.Problemf(run.FunctionChanged, "alias %s of %s serves version %s, whose code or configuration is not $LATEST's: moving it would release what nobody has released yet", name, s.target.Function, served.Version)
	}
	return alias, nil
}

// point publishes $LATEST and makes the alias point to that version. If nothing has changed since the last one was
// published, Lambda answers with that.
func (s *Function) point(ctx context.Context, name string) error {
	for try := 0; ; try++ {
		s.forgetLatest()
		alias, err := s.movable(ctx, name) // once more: only its revision id makes sure that nobody has moved it since
		if err != nil {
			return err
		}
		c, err := s.readLatest(ctx)
		if err != nil {
			return err
		}
		if err := s.checkStillOurs(c); err != nil {
			return err
		}
		v, err := s.Lambda.PublishVersion(ctx, s.target.Function, cloud.NewVersion{
			Description: c.Description, CodeSHA256: s.target.CodeSHA256, RevisionID: c.RevisionID,
		})
		if err == nil {
			if err = s.aliasTo(ctx, alias, v.Version); err == nil {
				return nil
			}
		}
		if err := s.Again(ctx, try, err); err != nil {
			return fmt.Errorf("pointing alias %s of %s to the new size: %w", name, s.target.Function, err)
		}
	}
}

// aliasTo creates the alias or moves it from where it was read.
func (s *Function) aliasTo(ctx context.Context, alias cloud.Alias, version string) error {
	var err error
	switch alias.Version {
	case version:
	case "":
		_, err = s.Lambda.CreateAlias(ctx, s.target.Function, cloud.Alias{Name: alias.Name, Version: version})
		if errors.Is(err, cloud.ErrExists) {
			err = cloud.ErrConflict // look at it again
		}
	default:
		alias.Version = version
		_, err = s.Lambda.UpdateAlias(ctx, s.target.Function, alias)
	}
	return err
}
