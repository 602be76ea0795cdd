package tuner

import (
	"context"
	"errors"
	"fmt"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Apply gives $LATEST the winning memory size and, with autoOptimizeAlias, publishes it and points
// that alias to it. It takes a lock of its own, and refuses a function that has changed since Plan.
func (s Steps) Apply(ctx context.Context, e run.Event) (run.State, error) {
	a := s.begin(ctx, e)
	in, _, err := input.Decode(e.Input, e.Defaults)
	if err != nil {
		return run.State{}, err
	}
	state := *e.State
	if state.Output == nil || len(state.Journal.Targets) != 1 {
		return run.State{}, run.Problemf(run.TuningFailed, "there is no single winner to apply")
	}
	t := state.Journal.Targets[0]
	sub := open(a.Session, t, e.Execution, leaseEnd(e))
	if err = sub.acquire(ctx, true); err == nil {
		err = sub.apply(ctx, state.Output.Power, in.AutoOptimizeAlias)
		if released := sub.release(ctx); released != nil {
			return run.State{}, errors.Join(err, released)
		}
	}
	var why *run.Problem
	if err != nil && !errors.As(err, &why) {
		return run.State{}, err
	}
	if why != nil {
		// Somebody else has changed the function or tunes it: what was measured stands all the same.
		state.Output.Warnings = append(state.Output.Warnings, fmt.Sprintf("%d MB were not applied: %s", state.Output.Power, err))
	}
	state.Next = run.StepDone
	return state, nil
}

// apply sets the size and, where an alias is given, publishes and points it there.
func (s *tunedFunction) apply(ctx context.Context, memorySize int, alias string) error {
	// Once the size is set, set has to recognise it as what the function is meant to have.
	for try := 0; ; try++ {
		c, err := s.waitUntilSettled(ctx)
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
		if err := s.check(ctx); err != nil {
			return err
		}
		err = s.Lambda.UpdateConfiguration(ctx, s.function, cloud.ConfigurationChange{
			MemorySize: memorySize, Description: c.Description, RevisionID: c.RevisionID,
		})
		if err == nil {
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

// point publishes $LATEST and makes the alias point to that version. Lambda answers with the version
// there is where nothing has changed since it was published.
func (s *tunedFunction) point(ctx context.Context, name string) error {
	for try := 0; ; try++ {
		c, err := s.waitUntilSettled(ctx)
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
func (s *tunedFunction) aliasTo(ctx context.Context, name, version string) error {
	alias, err := cloud.Read(ctx, s.Session, func() (cloud.Alias, error) { return s.Lambda.Alias(ctx, s.function, name) })
	if errors.Is(err, cloud.ErrNotFound) {
		return s.Lambda.CreateAlias(ctx, s.function, cloud.Alias{Name: name, Version: version})
	}
	if err != nil || alias.Version == version {
		return err
	}
	alias.Version = version
	return s.Lambda.UpdateAlias(ctx, s.function, alias)
}
