package lock

import (
	"context"

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
