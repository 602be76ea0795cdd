package tuner

import (
	"context"
	"errors"
	"fmt"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// storable refuses a run whose first versions do not fit into the code storage that an account has left
// in a region: all that the targets there need at once.
func (a *attempt) storable(ctx context.Context, in input.Input, s run.State) error {
	versions := run.VersionsAtOnce(in, s.Round)
	targets := s.Journal.Targets
	elsewhere := map[string]bool{} // functions whose versions take nothing
	need := func(region string) (count int, bytes int64) {
		for _, t := range targets {
			if arn.Region(t.Function) == region && !elsewhere[t.Function] {
				count += versions[t.Architecture]
				bytes += int64(versions[t.Architecture]) * t.CodeSize
			}
		}
		return count, bytes
	}
	for _, t := range targets { // in their order
		region := arn.Region(t.Function)
		account, err := a.account(ctx, t.Function)
		if err != nil {
			return fmt.Errorf("reading the account's limits: %w", err)
		}
		if _, bytes := need(region); bytes <= account.CodeStorageLeft {
			continue
		}
		for _, t := range targets {
			if arn.Region(t.Function) != region || t.PackageType == "Image" {
				continue
			}
			if elsewhere[t.Function], err = a.selfManaged(ctx, t.Function); err != nil {
				return fmt.Errorf("reading where the code of %s is: %w", t.Function, err)
			}
		}
		if count, bytes := need(region); bytes > account.CodeStorageLeft {
			return run.Problemf(run.NotTunable, "the run's first %d versions take %d MB, and the account has %d MB of code storage left: ask for fewer memory sizes, or delete versions that nobody needs",
				count, bytes>>20, max(0, account.CodeStorageLeft)>>20)
		}
	}
	return nil
}

// account returns what limits a run in a function's region. It asks once, also for functions that are looked at side by
// side.
func (a *attempt) account(ctx context.Context, function string) (cloud.Account, error) {
	region := arn.Region(function)
	a.asking <- struct{}{}
	defer func() { <-a.asking }()
	if known, ok := a.accounts[region]; ok {
		return known, nil
	}
	account, err := cloud.Read(ctx, a.Session, func() (cloud.Account, error) { return a.Lambda.Account(ctx, function) })
	if err == nil {
		a.accounts[region] = account
	}
	return account, err
}

// selfManaged reports whether a function's code is in a bucket of its owner's. It is asked only if that matters,
// because the answer holds the code's URL as well; without the permission the worse is assumed.
func (a *attempt) selfManaged(ctx context.Context, function string) (bool, error) {
	yes, err := cloud.Read(ctx, a.Session, func() (bool, error) { return a.Lambda.SelfManaged(ctx, function) })
	if errors.Is(err, cloud.ErrDenied) {
		return false, nil
	}
	return yes, err
}
