package change

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/lock"
	"github.com/dualarch/dualarch/internal/tuner/mark"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

// putBack restores the function, or returns until when another invocation is doing so: two that took the lock from each
// other would both fail. If wait is set it waits for the other one to end.
func (r *restorer) putBack(ctx context.Context, wait bool) (until time.Time, err error) {
	for begun := time.Now(); ; {
		err := r.restore(ctx)
		var other *lock.BeingRestored
		if !errors.As(err, &other) {
			return time.Time{}, err
		}
		if r.Patience > 0 && time.Since(begun) > r.Patience {
			r.YieldToRestore = false
			continue
		}
		if !wait {
			return other.Until, nil
		}
		if r.Remaining() < timing.Reserve {
			return time.Time{}, run.Problemf(run.TuningFailed, "%s is still being put back by another invocation: run Heal again", r.target.Function)
		}
		if err := clock.Sleep(ctx, 5*time.Second); err != nil {
			return time.Time{}, err
		}
	}
}

// latest returns when no invocation of an ended run can change the function any more. One that was killed before it had
// the lock has left no deadline there: it may run as long as any step but Measure, which changes nothing.
func (r *restorer) latest(ended time.Time) time.Time {
	if r.locked {
		return r.WritersUntil()
	}
	return ended.Add(timing.StepTimeout)
}

// Restore puts all functions of a journal back and gives their locks up. It is idempotent. locks are as far as they are
// known.
func Restore(ctx context.Context, a *cloud.Session, j run.Journal, e run.Execution, locks map[tuning.Architecture]run.KnownLock) (warnings []string, err error) {
	return restorers(ctx, a, j, e, locks, func(r *restorer) error {
		if err := r.restore(ctx); err != nil {
			return err
		}
		return r.finish(ctx)
	})
}

// restorer puts one function back.
type restorer struct {
	*Function
	locked bool // the run's lock was there
	// journalless says that there is no journal: what marks of any run say of the time before is put back.
	journalless bool
	warnings    []string
	// others are the versions of other runs that were deleted, by execution. No run but the one with the lock has
	// versions that it needs.
	others map[string]int
}

// restorers puts all functions of a journal back, side by side.
func restorers(ctx context.Context, a *cloud.Session, j run.Journal, e run.Execution, locks map[tuning.Architecture]run.KnownLock, work func(*restorer) error) (warnings []string, err error) {
	all := make([]*restorer, len(j.Targets))
	errs := make([]error, len(j.Targets))
	var both sync.WaitGroup
	for i, t := range j.Targets {
		all[i] = newRestorer(a, t, e)
		all[i].Expect(locks[t.Architecture])
		both.Go(func() {
			errs[i] = work(all[i])
			if errors.Is(errs[i], lock.ErrReleased) { // by another Restore of the same run: look what it has left
				all[i] = newRestorer(a, t, e)
				errs[i] = work(all[i])
			}
			if errs[i] != nil {
				all[i].GiveUp(ctx)
			}
		})
	}
	both.Wait()
	for _, r := range all {
		warnings = append(warnings, r.said()...)
	}
	return warnings, errors.Join(errs...)
}

func newRestorer(a *cloud.Session, t run.Target, e run.Execution) *restorer {
	return &restorer{Function: Open(a, t, e, time.Time{})}
}

// restore takes the lock, writes $LATEST once unless nobody else can any more, and deletes the run's versions. If there
// is no lock it does what is left to do. Under another run's lock nothing is written: that run deletes the versions with its own.
func (r *restorer) restore(ctx context.Context) error {
	locked, err := r.TakeOver(ctx)
	if r.locked = locked; err == nil {
		late := !r.Undisturbed() || !r.WritersUntil().IsZero() // somebody may still write, or have a write under way
		err = r.clean(ctx, locked && late)
	}
	if other, ok := errors.AsType[*lock.HeldByAnother](err); ok {
		r.warn("nothing was put back on %s, because execution %s tunes it now and has its lock", r.target.Function, other.Lock.ExecutionARN())
		return nil
	}
	return err
}

// clean writes $LATEST, always or if there is something to put back, and deletes versions.
func (r *restorer) clean(ctx context.Context, always bool) error {
	if err := r.restoreLatest(ctx, always); err != nil {
		return err
	}
	return r.deleteVersions(ctx)
}

// deleteTime is what finish needs after waiting.
const deleteTime = 5 * time.Second

// finish releases the lock. If an earlier invocation of the run may still be running it first waits until that has
// ended for certain, or as long as it has patience, and puts back and deletes again.
func (r *restorer) finish(ctx context.Context) error {
	if !r.locked {
		return nil
	}
	if until := r.WritersUntil(); !until.IsZero() {
		if soon := time.Now().Add(r.Patience); r.Patience > 0 && until.After(soon) {
			until = soon
		}
		if err := clock.Sleep(ctx, min(time.Until(until), r.Remaining()-deleteTime)); err != nil {
			return err
		}
		if time.Until(until) > 0 {
			return run.Problemf(run.TuningFailed, "an earlier step of execution %s may change %s until %s: run Restore again after that",
				r.execution.Name, r.target.Function, until.Format(time.RFC3339))
		}
		r.warnings = nil
		if err := r.clean(ctx, false); err != nil {
			return err
		}
	}
	return r.Release(ctx)
}

// restoreLatest puts memory size and description back, each only if it is still what the run wrote. With always it
// writes in any case: after that no late writer's revision id is valid.
func (r *restorer) restoreLatest(ctx context.Context, always bool) error {
	r.forgetLatest() // what was read before the lock was taken
	first, wrote := "", !always
	for try := 0; ; try++ {
		c, err := r.readLatest(ctx)
		if errors.Is(err, cloud.ErrNotFound) {
			r.warn("%s does not exist any more", r.target.Function)
			return nil
		}
		if err != nil {
			return err
		}
		if first == "" {
			first = c.RevisionID
			// As long as $LATEST has Plan's revision, an invocation that stood still could begin the run anew.
			wrote = wrote && (!r.locked || first != r.target.RevisionID)
		}
		change, dirty := r.wantedLatest(c)
		if !dirty && (wrote || c.RevisionID != first) {
			r.compare(c)
			return nil
		}
		err = r.update(ctx, c, change.MemorySize, change.Description)
		r.uncertain = errors.Is(err, cloud.ErrUnknown)
		if err == nil {
			wrote = true
			continue
		}
		if err := r.Again(ctx, try, err); err != nil {
			return err
		}
	}
}

// wantedLatest returns what $LATEST should have, and whether that differs from what it has.
func (r *restorer) wantedLatest(c cloud.FunctionConfiguration) (change cloud.ConfigurationChange, dirty bool) {
	change = cloud.ConfigurationChange{MemorySize: c.MemorySize, Description: c.Description, RevisionID: c.RevisionID}
	m, ok := mark.Parse(c.Description)
	before := mark.Before{MemorySize: r.target.MemorySize, Description: r.target.Description}
	switch {
	case r.journalless && ok && m.Before != nil:
		if before = *m.Before; before.Cut {
			r.warn("the description of %s was longer than what is left of it: %q", r.target.Function, before.Description)
		}
	case r.journalless || !ok || !m.By(r.execution, r.target):
		return change, false
	}
	change.Description = before.Description
	if m.MemorySize == c.MemorySize {
		change.MemorySize = before.MemorySize
	}
	return change, true
}

// compare reports what differs from the journal when all of ours is back: somebody else's change.
func (r *restorer) compare(c cloud.FunctionConfiguration) {
	t := r.target
	if r.journalless {
		return
	}
	if !mark.Matches(t, c) {
		r.warn("%s was deployed while it was being tuned: the deployment is kept, what was measured is the code before it", r.target.Function)
	}
	if c.MemorySize != t.MemorySize {
		r.warn("somebody changed the memory size of %s to %d MB while it was being tuned (it was %d MB): the change is kept", r.target.Function, c.MemorySize, t.MemorySize)
	}
	if c.Description != t.Description {
		r.warn("somebody changed the description of %s to %q while it was being tuned (it was %q): the change is kept", r.target.Function, c.Description, t.Description)
	}
}

// deleteVersions deletes the run's versions, and what runs before it have left. One that an alias points to is left; one
// that somebody else published while $LATEST had a test size is reported.
func (r *restorer) deleteVersions(ctx context.Context) error {
	all, err := r.Versions(ctx, r.target.Function)
	if errors.Is(err, cloud.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	checked := false
	for _, v := range all {
		if m, ok := mark.OnVersion(v); ok && (r.journalless || r.locked && !m.By(r.execution, r.target)) {
			if err := r.deleteOther(ctx, v, m, &checked); err != nil {
				return err
			}
			continue
		}
		if r.journalless {
			continue
		}
		if !mark.Owns(r.target, v, r.execution) {
			r.reportForeignVersion(v, all)
			continue
		}
		gone, err := r.DeleteVersion(ctx, r.target.Function, v.Version)
		if err != nil {
			return fmt.Errorf("deleting version %s of %s: %w", v.Version, r.target.Function, err)
		}
		if !gone {
			r.warn("version %s of %s (%d MB, made by the tuner) is left, because an alias points to it", v.Version, r.target.Function, v.MemorySize)
		}
	}
	return nil
}

// reportForeignVersion reports a version that somebody else published while $LATEST had a test size. Such a version has
// the run's description; if it was given a description of its own, it has a size that is neither the function's nor,
// because a deployment may have changed that, $LATEST's.
func (r *restorer) reportForeignVersion(v cloud.FunctionConfiguration, all []cloud.FunctionConfiguration) {
	if cloud.VersionNumber(v) <= r.target.HighestVersion || v.MemorySize == r.target.MemorySize {
		return
	}
	m, ok := mark.Parse(v.Description)
	inherited := ok && m.By(r.execution, r.target) && m.MemorySize != 0
	if inherited || !slices.ContainsFunc(all, func(c cloud.FunctionConfiguration) bool {
		return c.Version == "$LATEST" && c.MemorySize == v.MemorySize
	}) {
		r.warn("somebody published version %s of %s while it had a test size: it has %d MB instead of %d; publish it again", v.Version, r.target.Function, v.MemorySize, r.target.MemorySize)
	}
}

func (r *restorer) warn(format string, args ...any) {
	r.warnings = append(r.warnings, fmt.Sprintf(format, args...))
}
