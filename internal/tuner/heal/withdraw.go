package heal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/change"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/lock"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// Withdrawal is what a tuner is about to lose.
type Withdrawal struct {
	StateMachine string   // ARN of the one that tunes
	Functions    []string // unqualified ARNs of those that it will no longer be allowed to reach
	// All reports whether the tuner itself goes: then no execution may go on, neither of StateMachine nor of
	// HealStateMachine. Otherwise only those of StateMachine are stopped that have one of the functions.
	All              bool
	HealStateMachine string // ARN
}

// patience is for how long Withdraw waits for an invocation that was cut off.
const patience = time.Minute

// Withdraw stops the executions that may still change the functions, and puts the functions back. Right after it the
// permissions go, of all steps. So it does not wait until what was cut off has ended for certain, which takes up to 15
// minutes: nearly all of it ends within moments, because it finds that it has lost the lock, and what stands still for
// longer is denied whatever it does then. A second pass puts back what was done in between.
func Withdraw(ctx context.Context, a *cloud.Session, w Withdrawal) (warnings []string, err error) {
	a.Patience = patience
	begun := time.Now()
	p := &pass{Session: a, Withdrawal: w, stopped: map[string]bool{}}
	active, err := p.do(ctx)
	if !active {
		return p.warnings, err
	}
	if slept := clock.Sleep(ctx, min(time.Until(begun.Add(patience)), a.Remaining()-timing.Reserve)); slept != nil {
		return p.warnings, errors.Join(err, slept)
	}
	_, err = p.do(ctx)
	return p.warnings, err
}

// pass is one look at everything, and the next.
type pass struct {
	*cloud.Session
	Withdrawal
	stopped  map[string]bool // executions, by ARN: also the second pass puts back what they have left, lock or no lock
	mu       sync.Mutex
	warnings []string
}

// do stops what may not go on and puts everything back. It reports whether there were executions that tune.
func (p *pass) do(ctx context.Context) (active bool, err error) {
	active, stopErr := p.stopAll(ctx)
	return active, errors.Join(stopErr, p.putBack(ctx))
}

// stopAll stops all executions if none may go on, and reports whether there were any that tune. One that waits in a state
// would keep its state machine from being deleted for as long.
func (p *pass) stopAll(ctx context.Context) (active bool, err error) {
	machines := []string{p.StateMachine}
	if p.All {
		machines = []string{p.HealStateMachine, p.StateMachine}
	}
	var errs []error
	for _, machine := range machines {
		tunes := machine == p.StateMachine
		executions, err := cloud.Read(ctx, p.Session, func() ([]string, error) { return p.Executions.Running(ctx, machine) })
		if err != nil && !errors.Is(err, cloud.ErrNotFound) { // a machine that is gone has none
			errs = append(errs, fmt.Errorf("looking for executions of %s: %w", machine, err))
			active = active || tunes
		}
		active = active || tunes && len(executions) > 0
		if !p.All {
			continue
		}
		for _, execution := range executions {
			if errs = append(errs, p.stop(ctx, execution)); tunes {
				p.stopped[execution] = true
			}
		}
	}
	return active, errors.Join(errs...)
}

// stop stops an execution, if it still runs.
func (p *pass) stop(ctx context.Context, execution string) error {
	_, err := cloud.Read(ctx, p.Session, func() (struct{}, error) { return struct{}{}, p.Executions.Stop(ctx, execution) })
	if err == nil || errors.Is(err, cloud.ErrNotFound) { // forgotten
		return nil
	}
	return fmt.Errorf("stopping execution %s: %w", execution, err)
}

// putBack puts all functions back. What fails on one does not keep it from the others.
func (p *pass) putBack(ctx context.Context) error {
	locked, unlocked, err := p.locks(ctx)
	errs := []error{err}
	note := func(of string, said []string, err error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.warnings = append(p.warnings, said...); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", of, err))
		}
	}
	var all sync.WaitGroup
	for execution := range p.stopped {
		if _, has := locked[execution]; !has {
			locked[execution] = nil // its Prepare may have been about to lock
		}
	}
	for _, execution := range slices.Sorted(maps.Keys(locked)) { // side by side, because each may have to wait
		all.Go(func() {
			_, said, err := PutBack(ctx, p.Session, execution, time.Now(), locked[execution], false)
			note(execution, said, err)
		})
	}
	for _, f := range unlocked {
		said, err := change.Sweep(ctx, p.Session, f)
		note(f, said, err)
	}
	all.Wait()
	return errors.Join(errs...)
}

// locks reads the locks of all functions. It returns those that the tuner itself has, whose executions it stops, and those
// that have expired, by execution; and the functions that have none. Another tuner puts back what it has locked.
func (p *pass) locks(ctx context.Context) (locked map[string]*run.Lock, unlocked []string, err error) {
	locked = map[string]*run.Lock{}
	region, machine := arn.StateMachine(p.StateMachine)
	var errs []error
	for _, f := range p.Functions {
		_, found, err := lock.Read(ctx, p.Session, f)
		execution := found.ExecutionARN
		switch {
		case errors.Is(err, cloud.ErrNotFound):
			unlocked = append(unlocked, f)
		case err != nil:
			errs = append(errs, fmt.Errorf("%s: %w", f, err))
		case found.Region == region && found.StateMachine == machine:
			errs = append(errs, p.stop(ctx, execution()))
			locked[execution()], p.stopped[execution()] = &found, true
		case time.Now().After(found.Lease):
			locked[execution()] = &found
		}
	}
	return locked, unlocked, errors.Join(errs...)
}
