package change

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/lock"
	"github.com/dualarch/dualarch/internal/tuner/mark"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Sweep puts back what runs have left on a function that nobody has locked, whoever they were: what is marked, as the
// marks say. The order keeps it off a run that begins meanwhile: what was there before it was seen that there is no lock
// belongs to no run that has one.
func Sweep(ctx context.Context, a *cloud.Session, function string) (warnings []string, err error) {
	r := withoutJournal(a, function, run.Execution{})
	r.Unlocked = true
	if err = r.refuseUnknown(ctx); err == nil {
		err = r.clean(ctx, false)
	}
	if errors.As(err, new(*lock.HeldByAnother)) { // its run sweeps
		err = nil
	}
	return r.said(), err
}

// GiveUpLock removes the lock of a run whose journal cannot be found, and puts back what the marks say.
func GiveUpLock(ctx context.Context, a *cloud.Session, l run.Lock) (warnings []string, err error) {
	r := withoutJournal(a, l.Function, run.ExecutionOf(l.ExecutionARN()))
	if err := r.refuseUnknown(ctx); err != nil {
		return nil, err
	}
	if err := r.restore(ctx); err != nil || !r.locked {
		return r.said(), err
	}
	r.warn("the lock of execution %s on %s was given up without its history", l.Execution, l.Function)
	return r.said(), r.finish(ctx)
}

// withoutJournal returns a restorer that goes by what stands in marks.
func withoutJournal(a *cloud.Session, function string, e run.Execution) *restorer {
	r := newRestorer(a, run.Target{Function: function}, e)
	r.journalless = true
	return r
}

// refuseUnknown fails if $LATEST has a mark that does not say what was before.
func (r *restorer) refuseUnknown(ctx context.Context) error {
	c, err := r.readLatest(ctx)
	if errors.Is(err, cloud.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if m, ok := mark.Parse(c.Description); ok && m.MemorySize != 0 && m.Before == nil {
		return run.Problemf(run.FunctionLocked, "execution %s left %s at %d MB with the description %q, and its history cannot be read: put both back, then delete the alias %s if there is one",
			m.Execution, r.target.Function, c.MemorySize, c.Description, run.LockName)
	}
	return nil
}

// deleteOther deletes a version that another run has left. It is made sure first, once, that the lock is still this
// invocation's, or that there is still none; a version that cannot be deleted is left to the next run.
func (r *restorer) deleteOther(ctx context.Context, v cloud.FunctionConfiguration, m mark.Mark, checked *bool) error {
	if !*checked {
		if err := r.Check(ctx); err != nil {
			return err
		}
		*checked = true
	}
	if gone, err := r.DeleteVersion(ctx, r.target.Function, v.Version); err != nil || !gone {
		return nil //nolint:nilerr // it is not this run's
	}
	if r.others == nil {
		r.others = map[string]int{}
	}
	r.others[m.Execution]++
	return nil
}

// said are all warnings.
func (r *restorer) said() []string {
	all := slices.Clone(r.warnings)
	for _, execution := range slices.Sorted(maps.Keys(r.others)) {
		all = append(all, fmt.Sprintf("execution %q had left versions of %s, which were deleted: %d", execution, r.target.Function, r.others[execution]))
	}
	return all
}
