package lock

import (
	"context"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Expect says what another invocation handed on when it ended. If the lock is still at that revision, it is taken without
// being read, and whatever stands in it, that invocation has ended.
func (h *Held) Expect(l run.KnownLock) {
	if l.RevisionID != "" {
		h.expected = &cloud.Alias{Name: run.LockName, Version: "$LATEST", Description: l.Description, RevisionID: l.RevisionID}
		h.held = h.expected
	}
}

// handed reports whether an alias is the lock as it was handed on.
func (h *Held) handed(a cloud.Alias) bool {
	return h.expected != nil && h.expected.RevisionID == a.RevisionID
}

// HandOn returns the lock for the state that this invocation hands on. Whoever gets it knows by that that the invocation
// changes nothing any more, and need not be told by ReportDone. If the lock is not known, it is the zero value, and
// everybody is told.
func (h *Held) HandOn(ctx context.Context) run.KnownLock {
	if h.held == nil {
		h.ReportDone(ctx)
	}
	if h.held == nil {
		return run.KnownLock{}
	}
	lock, err := run.ParseLock(h.function, h.held.Description)
	if err != nil {
		return run.KnownLock{}
	}
	return run.KnownLock{Description: h.done(lock).Description(), RevisionID: h.held.RevisionID}
}

// Undisturbed reports whether the lock was as it was expected to be when it was taken: nobody has held it since.
func (h *Held) Undisturbed() bool { return h.undisturbed }

// done returns the lock after this invocation: only earlier ones may still change the function.
func (h *Held) done(l run.Lock) run.Lock {
	l.Attempt, l.Deadline, l.Until = "", time.Time{}, time.Time{}
	if h.writersUntil.After(time.Now()) {
		l.Until = h.writersUntil
	}
	return l
}

// ReportDone reports that this invocation changes nothing any more. It is a courtesy: without it, Restore
// waits until the invocation's deadline.
func (h *Held) ReportDone(ctx context.Context) {
	for try := 0; ; try++ {
		alias, lock, err := h.knownLock(ctx)
		if err != nil || !lock.Of(h.execution) || lock.Attempt != h.Attempt {
			return
		}
		alias.Description = h.done(lock).Description()
		err = h.write(ctx, h.Lambda.UpdateAlias, alias)
		if err == nil || h.Again(ctx, try, err) != nil {
			return
		}
	}
}

// knownLock is the lock as this invocation wrote it last, or as it was handed on, else as it is read: an update of it finds
// out whether it still is.
func (h *Held) knownLock(ctx context.Context) (cloud.Alias, run.Lock, error) {
	if h.held == nil {
		alias, lock, err := h.readLock(ctx)
		if err != nil || !h.handed(alias) {
			return alias, lock, err
		}
		h.held = h.expected // the update that was to take it was refused for another reason
	}
	lock, err := run.ParseLock(h.function, h.held.Description)
	return *h.held, lock, err
}
