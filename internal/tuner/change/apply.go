package change

import (
	"context"
	"errors"
	"fmt"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

// Apply sets the memory size and, if an alias is given, publishes a version and points the alias to it.
func (s *Function) Apply(ctx context.Context, memorySize int, alias string) error {
	// Once the size is set, writeLatest has to recognise it as what the function is meant to have.
	for try := 0; ; try++ {
		c, err := s.readLatest(ctx)
		if err != nil {
			return err
		}
		if c.MemorySize == memorySize {
			s.target.MemorySize = memorySize
		}
		if err := s.checkStillOurs(c); err != nil {
			return err
		}
		if c.MemorySize == memorySize {
			break
		}
		if err = s.update(ctx, c, memorySize, c.Description); err == nil {
			continue
		}
		if err := s.Again(ctx, try, err); err != nil {
			return fmt.Errorf("giving %s %d MB: %w", s.function, memorySize, err)
		}
	}
	if alias == "" {
		return nil
	}
	return s.point(ctx, alias)
}

// point publishes $LATEST and makes the alias point to that version. If nothing has changed since the last one was
// published, Lambda answers with that.
func (s *Function) point(ctx context.Context, name string) error {
	for try := 0; ; try++ {
		s.forgetLatest()
		c, err := s.readLatest(ctx)
		if err != nil {
			return err
		}
		v, err := s.Lambda.PublishVersion(ctx, s.function, cloud.NewVersion{
			Description: c.Description, CodeSHA256: s.target.CodeSHA256, RevisionID: c.RevisionID,
		})
		if err == nil {
			if err = s.aliasTo(ctx, name, v.Version); err == nil {
				return nil
			}
		}
		if err := s.Again(ctx, try, err); err != nil {
			return fmt.Errorf("pointing alias %s of %s to the new size: %w", name, s.function, err)
		}
	}
}

// aliasTo creates the alias or moves it.
func (s *Function) aliasTo(ctx context.Context, name, version string) error {
	alias, err := cloud.Read(ctx, s.Session, func() (cloud.Alias, error) { return s.Lambda.Alias(ctx, s.function, name) })
	if errors.Is(err, cloud.ErrNotFound) {
		_, err = s.Lambda.CreateAlias(ctx, s.function, cloud.Alias{Name: name, Version: version})
		return err
	}
	if err != nil || alias.Version == version {
		return err
	}
	alias.Version = version
	_, err = s.Lambda.UpdateAlias(ctx, s.function, alias)
	return err
}
