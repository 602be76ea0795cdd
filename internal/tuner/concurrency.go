package tuner

import (
	"context"
	"fmt"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// concurrencyShare is the part of what is free that a run may take, in per cent: of the account's unreserved
// concurrency, or of what is reserved for the function. The rest is for others' invocations.
const concurrencyShare = 10

// maxConcurrency is how many invocations of all targets may run at once: each is a connection of Measure,
// and a Lambda function has 1,024 file descriptors.
const maxConcurrency = 400

// concurrency finds out how many invocations may run at once, and refuses a function that has none left.
func (a *attempt) concurrency(ctx context.Context, in input.Input, t *run.Target) (notes []string, err error) {
	most := maxConcurrency
	if owners := in.Ceilings.MaxConcurrency; owners > 0 {
		most = min(most, owners)
	}
	functions := len(in.Functions)
	reserved, ok, err := a.reserved(ctx, t.Function)
	switch {
	case err != nil:
		return nil, err
	case ok:
		t.Concurrency, t.SharesSlot = max(1, min(most/functions, reserved*concurrencyShare/100)), most < functions
		if reserved == 1 {
			notes = append(notes, fmt.Sprintf("%s has one reserved concurrency that is not provisioned, and each of the run's invocations took it: its callers were throttled meanwhile", t.Function))
		}
		return notes, nil
	}
	free, err := a.free(ctx, t.Function)
	if err != nil {
		return nil, err
	}
	share := min(most, free*concurrencyShare/100)
	t.Concurrency, t.SharesSlot = max(1, share/functions), share < functions
	return nil, nil
}

// reserved returns what is reserved for a function and not provisioned; ok is false if nothing is reserved.
func (a *attempt) reserved(ctx context.Context, function string) (left int, ok bool, err error) {
	type reservation struct {
		concurrency int
		reserved    bool
	}
	r, err := cloud.Read(ctx, a.Session, func() (reservation, error) {
		n, ok, err := a.Lambda.ReservedConcurrency(ctx, function)
		return reservation{n, ok}, err
	})
	if err != nil || !r.reserved {
		return 0, false, err
	}
	provisioned, err := cloud.Read(ctx, a.Session, func() (int, error) { return a.Lambda.ProvisionedConcurrency(ctx, function) })
	if err != nil {
		return 0, false, err
	}
	if r.concurrency <= provisioned {
		return 0, false, run.Problemf(run.NotTunable, "%s cannot be tuned: its reserved concurrency is %d and %d of it is provisioned, so that a test version could not run",
			function, r.concurrency, provisioned)
	}
	return r.concurrency - provisioned, true, nil
}

// busyTime is how far back it is looked how many invocations ran at once.
const busyTime = time.Hour

// free returns what the account has of unreserved concurrency that was free in the last hour; all of it if CloudWatch
// cannot be read.
func (a *attempt) free(ctx context.Context, function string) (int, error) {
	account, err := a.account(ctx, function)
	if err != nil {
		return 0, fmt.Errorf("reading the account's limits: %w", err)
	}
	return max(0, account.UnreservedConcurrency-a.mostAtOnce(ctx, function)), nil
}

// mostAtOnce returns how many invocations ran at once in a function's region, at most; 0 if CloudWatch cannot be read. It
// asks once, as account does.
func (a *attempt) mostAtOnce(ctx context.Context, function string) int {
	region := arn.Region(function)
	a.asking <- struct{}{}
	defer func() { <-a.asking }()
	if known, ok := a.busy[region]; ok {
		return known
	}
	most, err := a.Metrics.MostConcurrent(ctx, function, time.Now().Add(-busyTime))
	if err != nil {
		most = 0
	}
	a.busy[region] = most
	return most
}
