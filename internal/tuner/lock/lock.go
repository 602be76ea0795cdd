package lock

import (
	"context"
	"errors"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// Held is the lock of one function as this invocation sees it.
type Held struct {
	*cloud.Session
	// BeforeTaking is asked before the lock is taken, first where that is the run's first change. Default: nothing is.
	BeforeTaking func(ctx context.Context, first bool) error
	// YieldToRestore leaves the lock to another Restore that is at work: TakeOver fails with BeingRestored.
	YieldToRestore bool
	// Unlocked says that there was no lock: what is written then needs that to be so still. TakeOver sets it, and who
	// takes none.
	Unlocked bool

	function  string
	execution run.Execution // the run whose lock it is
	lease     time.Time
	// writersUntil is what WritersUntil returns.
	writersUntil time.Time
	// held is the lock's alias as this invocation wrote it last, or as it was handed on; nil if it has to be read.
	held *cloud.Alias
	// expected is the lock as it was handed on; nil if it was not.
	expected *cloud.Alias
	// created and undisturbed are what Created and Undisturbed return.
	created, undisturbed bool
}

// New returns a function's lock for a run, which may hold it until the lease ends. Nothing is taken yet.
func New(a *cloud.Session, function string, e run.Execution, lease time.Time) *Held {
	return &Held{Session: a, function: function, execution: e, lease: lease}
}

// WritersUntil returns when earlier invocations of the run that did not report their end can no longer change the
// function; zero if there are none.
func (h *Held) WritersUntil() time.Time { return h.writersUntil }

// Created reports whether this invocation made the lock: then no other one of the run has changed anything.
func (h *Held) Created() bool { return h.created }

// ending returns when this invocation has ended for certain.
func (h *Held) ending() time.Time {
	return h.Deadline.Add(timing.ClockSkew).Truncate(time.Millisecond)
}

// superseded reports whether a later invocation of the same step holds the lock. Step Functions retried the step after
// losing contact with this one, so the later one continues.
func (h *Held) superseded(l run.Lock) bool {
	return l.Attempt != "" && l.Deadline.After(h.ending())
}

// errLockLost returns the error of an invocation that has lost the lock to another one of the same run.
func (h *Held) errLockLost() error {
	return run.Problemf(run.Cancelled, "another invocation has taken over the lock of execution %s on %s", h.execution.Name, h.function)
}

// owned returns the lock's text while this invocation may change the function.
func (h *Held) owned(l run.Lock, restoring bool) cloud.Alias {
	l.Restoring, l.Attempt, l.Deadline, l.Until = restoring, h.Attempt, h.ending(), h.writersUntil
	return cloud.Alias{Name: run.LockName, Version: "$LATEST", Description: l.Description()}
}

// noteEarlier notes until when earlier invocations of which the lock tells may still write.
func (h *Held) noteEarlier(l run.Lock) { h.writersUntil, h.lease = l.Writing(), l.Lease }

// Acquire takes the lock for Prepare or Apply. It creates it only if create says so: later in a run a missing lock
// means that the run has been healed.
func (h *Held) Acquire(ctx context.Context, create bool) error {
	if time.Now().After(h.lease) {
		return run.Problemf(run.Cancelled, "execution %s has outlived its lock on %s: start a new execution", h.execution.Name, h.function)
	}
	for try := 0; ; try++ {
		alias, lock, err := h.knownLock(ctx)
		switch {
		case errors.Is(err, cloud.ErrNotFound):
			if !create {
				return run.Problemf(run.Cancelled, "execution %s no longer has its lock on %s, because the function was already put back: start a new execution", h.execution.Name, h.function)
			}
			if err := h.ask(ctx, true); err != nil {
				return err
			}
			region, machine := arn.StateMachine(h.execution.StateMachine)
			err = h.write(ctx, h.Lambda.CreateAlias, h.owned(run.Lock{
				Function: h.function, Region: region, StateMachine: machine, Execution: h.execution.Name, Lease: h.lease,
			}, false))
			h.created = err == nil
			if errors.Is(err, cloud.ErrExists) {
				err = cloud.ErrConflict // look who was first
			}
		case err != nil:
			return err
		case !lock.Of(h.execution):
			return TakenBy(lock)
		case lock.Restoring:
			return run.Problemf(run.Cancelled, "execution %s is being put back on %s: start a new execution", h.execution.Name, h.function)
		case lock.Attempt == h.Attempt:
			return nil
		case h.superseded(lock):
			return h.errLockLost()
		default:
			if err := h.ask(ctx, false); err != nil {
				return err
			}
			renewed := h.lease
			h.noteEarlier(lock)
			lock.Lease = renewed
			update := h.owned(lock, false)
			update.RevisionID = alias.RevisionID
			if err = h.write(ctx, h.Lambda.UpdateAlias, update); errors.Is(err, cloud.ErrNotFound) {
				continue // put back meanwhile
			}
			h.undisturbed = err == nil && h.handed(alias)
		}
		if err == nil {
			return nil
		}
		if err := h.Again(ctx, try, err); err != nil {
			return err
		}
	}
}

// ask asks before the lock is taken.
func (h *Held) ask(ctx context.Context, first bool) error {
	if h.BeforeTaking == nil {
		return nil
	}
	return h.BeforeTaking(ctx, first)
}

// write creates or updates the lock's alias and keeps what is needed to update it again.
func (h *Held) write(ctx context.Context, call func(context.Context, string, cloud.Alias) (cloud.Alias, error), a cloud.Alias) error {
	h.held = nil
	answer, err := call(ctx, h.function, a)
	if err == nil && answer.RevisionID != "" {
		a.RevisionID = answer.RevisionID
		h.held = &a
	}
	return err
}

// BeingRestored says that another invocation puts the function back, and until when it may do so.
type BeingRestored struct{ Until time.Time }

func (r *BeingRestored) Error() string {
	return "another invocation puts the function back until " + r.Until.Format(time.RFC3339)
}

// ErrReleased means that a Restore has finished in the meantime, or is needed once more: it begins anew.
var ErrReleased = errors.New("has been released")

// HeldByAnother says that another run has the lock.
type HeldByAnother struct{ Lock run.Lock }

func (h *HeldByAnother) Error() string { return TakenBy(h.Lock).Error() }

// TakeOver takes the lock for Restore. It reports false if there is none, and fails with HeldByAnother if another run
// has it.
func (h *Held) TakeOver(ctx context.Context) (bool, error) {
	for try := 0; ; try++ {
		alias, lock, err := h.knownLock(ctx)
		switch {
		case errors.Is(err, cloud.ErrNotFound):
			h.Unlocked = true
			return false, nil
		case err != nil:
			return false, err
		case !lock.Of(h.execution):
			return false, &HeldByAnother{lock}
		case lock.Restoring && lock.Attempt == h.Attempt:
			return true, nil
		case lock.Restoring && h.YieldToRestore && lock.Attempt != "" && time.Now().Before(lock.Deadline):
			return false, &BeingRestored{lock.Deadline}
		case lock.Restoring && h.Patience == 0 && h.superseded(lock):
			return false, h.errLockLost()
		}
		h.noteEarlier(lock)
		update := h.owned(lock, true)
		update.RevisionID = alias.RevisionID
		if err = h.write(ctx, h.Lambda.UpdateAlias, update); err == nil {
			h.undisturbed = h.handed(alias)
			return true, nil
		}
		if errors.Is(err, cloud.ErrNotFound) {
			continue // another Restore was faster
		}
		if err := h.Again(ctx, try, err); err != nil {
			return false, err
		}
	}
}

// Check fails unless this invocation still holds the lock, or still nobody does: the second read before every change.
func (h *Held) Check(ctx context.Context) error {
	_, lock, err := h.readLock(ctx)
	switch {
	case h.Unlocked && errors.Is(err, cloud.ErrNotFound):
		return nil
	case h.Unlocked && err == nil && !lock.Of(h.execution):
		return &HeldByAnother{lock}
	case h.Unlocked && err == nil: // made by an invocation of the run that had stood still
		return ErrReleased
	case errors.Is(err, cloud.ErrNotFound):
		return &run.Problem{Kind: run.Cancelled, Text: "the lock of execution " + h.execution.Name + " on " + h.function, Err: ErrReleased}
	case err == nil && (!lock.Of(h.execution) || lock.Attempt != h.Attempt):
		return h.errLockLost()
	}
	return err
}

// Release deletes the lock. DeleteAlias knows no revision id: should this invocation stand still
// between look and deletion for as long as another Restore takes, and a new execution lock the
// function in that moment, then that execution loses its lock, notices, and puts the function back.
func (h *Held) Release(ctx context.Context) error {
	for try := 0; ; try++ {
		_, lock, err := h.readLock(ctx)
		if errors.Is(err, cloud.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if !lock.Of(h.execution) || lock.Attempt != h.Attempt {
			return h.errLockLost()
		}
		if err = h.Lambda.DeleteAlias(ctx, h.function, run.LockName); err == nil || errors.Is(err, cloud.ErrNotFound) {
			return nil
		}
		if err := h.Again(ctx, try, err); err != nil {
			return err
		}
	}
}

// readLock reads the lock.
func (h *Held) readLock(ctx context.Context) (cloud.Alias, run.Lock, error) {
	return Read(ctx, h.Session, h.function)
}
