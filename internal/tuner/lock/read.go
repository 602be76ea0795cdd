package lock

import (
	"context"
	"errors"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Read reads a function's lock; ErrNotFound if there is none.
func Read(ctx context.Context, a *cloud.Session, function string) (cloud.Alias, run.Lock, error) {
	alias, err := cloud.Read(ctx, a, func() (cloud.Alias, error) { return a.Lambda.Alias(ctx, function, run.LockName) })
	if err != nil {
		return alias, run.Lock{}, err
	}
	lock, err := run.ParseLock(function, alias.Description)
	if err != nil {
		return alias, lock, &run.Problem{Kind: run.FunctionLocked, Text: "delete the alias if no tuner needs it", Err: err}
	}
	return alias, lock, nil
}

// TakenBy returns the error of an execution that finds its function locked by another one.
func TakenBy(l run.Lock) error {
	return run.Problemf(run.FunctionLocked, "%s is being tuned by execution %s", l.Function, l.ExecutionARN())
}

// Holds fails unless the execution still has its lock on all of these targets.
func Holds(ctx context.Context, a *cloud.Session, e run.Execution, targets []run.Target) error {
	for _, t := range targets {
		_, lock, err := Read(ctx, a, t.Function)
		if errors.Is(err, cloud.ErrNotFound) || err == nil && (!lock.Of(e) || lock.Restoring) {
			return run.Problemf(run.Cancelled, "execution %s no longer has its lock on %s, because the function was already put back: start a new execution", e.Name, t.Function)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
