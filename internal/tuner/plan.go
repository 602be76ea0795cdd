package tuner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/bounds"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/heal"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/lock"
	"github.com/dualarch/dualarch/internal/tuner/mark"
	"github.com/dualarch/dualarch/internal/tuner/rounds"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Plan reads the input and the functions and writes the journal; it changes nothing. If a function is locked by an
// execution that has ended it asks for that to be healed first.
func (s Steps) Plan(ctx context.Context, e run.Event) (run.State, error) {
	a := s.begin(ctx, e)
	in, warnings, err := input.Decode(e.Input, e.Defaults)
	if err != nil {
		return run.State{}, err
	}
	if err := inThisAccount(e.Execution, in); err != nil {
		return run.State{}, err
	}
	state := run.NewState(run.StepPrepare)
	state.Journal.Format, state.Warnings = run.JournalFormat, warnings
	for _, f := range a.lookAt(ctx, in, e.Defaults) {
		switch {
		case f.err != nil:
			return run.State{}, f.err
		case f.stale != nil:
			return healing(f.stale), nil
		}
		state.Warnings = append(state.Warnings, f.notes...)
		state.Journal.Targets = append(state.Journal.Targets, f.target)
	}
	servedFirst(in, state.Journal.Targets)
	if t := state.Journal.Targets; len(t) == 2 && t[0].Architecture == t[1].Architecture {
		return run.State{}, run.Problemf(run.NotTunable, "%s and %s are both %s: two targets need different architectures", t[0].Function, t[1].Function, t[0].Architecture)
	}
	if in.TenantGiven && !slices.ContainsFunc(state.Journal.Targets, func(t run.Target) bool { return t.Tenancy }) {
		state.Warnings = append(state.Warnings, "tenantId was ignored: the function does not isolate tenants")
	}
	if err := bounds.Affordable(in, state); err != nil {
		return run.State{}, err
	}
	round, ok := rounds.Next(in, state, nil)
	if !ok {
		return run.State{}, run.Problemf(run.TuningFailed, "the exploration asks for no measurement")
	}
	state.Round = round
	if err := bounds.BelowCeilings(in, state); err != nil {
		return run.State{}, err
	}
	if err := a.storable(ctx, in, state); err != nil {
		return run.State{}, err
	}
	if err := bounds.FitsStateMachine(e, in, state); err != nil {
		return run.State{}, err
	}
	if err := bounds.TimeOf(e, in).Begins(in, state); err != nil {
		return run.State{}, err
	}
	a.count(&state, 2)
	return state, nil
}

// found is what Plan finds out about one function.
type found struct {
	stale  *run.Lock // of an ended run, which has to be healed first
	target run.Target
	notes  []string
	err    error
}

// lookAt finds out about all functions side by side.
func (a *attempt) lookAt(ctx context.Context, in input.Input, d input.Defaults) []found {
	all := make([]found, len(in.Functions))
	var both sync.WaitGroup
	for i, given := range in.Functions {
		f := &all[i]
		both.Go(func() {
			function, qualifier := arn.SplitFunction(given)
			if f.stale, f.err = a.stale(ctx, function); f.err != nil || f.stale != nil {
				return
			}
			if f.target, f.notes, f.err = a.target(ctx, in, d, function, qualifier); f.err == nil {
				return
			}
			// A run that was stopped may have taken the lock since: then what was seen is its doing.
			if stale, err := a.stale(ctx, function); err != nil || stale != nil {
				f.stale, f.err = stale, err
			} else if errors.Is(f.err, errMarked) {
				f.stale, f.err = &run.Lock{Function: function}, nil
			}
		})
	}
	both.Wait()
	return all
}

// lookAgain is for how long Plan asks whether the execution that has the lock has ended after all: one that was
// stopped a moment ago still looks as if it ran.
const lookAgain = 10 * time.Second

// stale returns the function's lock if the run that left it can be healed, nil if there is no lock, and an error if the
// function is being tuned.
func (a *attempt) stale(ctx context.Context, function string) (*run.Lock, error) {
	for until := time.Now().Add(lookAgain); ; {
		lock, err := a.staleNow(ctx, function)
		if run.ErrorName(err) != string(run.FunctionLocked) || time.Now().After(until) {
			return lock, err
		}
		if slept := clock.Sleep(ctx, 2*time.Second); slept != nil {
			return nil, err
		}
	}
}

func (a *attempt) staleNow(ctx context.Context, function string) (*run.Lock, error) {
	_, found, err := lock.Read(ctx, a.Session, function)
	if errors.Is(err, cloud.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	ended, _, err := a.EndOf(ctx, found.ExecutionARN())
	switch {
	case heal.Unreadable(err):
		if time.Now().After(found.Lease) {
			return &found, nil
		}
		return nil, run.Problemf(run.FunctionLocked, "%s is being tuned by execution %s, which cannot be looked at from here; its lock ends at %s",
			function, found.ExecutionARN(), found.Lease.Format(time.RFC3339))
	case err != nil:
		return nil, err
	case ended:
		return &found, nil
	}
	return nil, lock.TakenBy(found)
}

// target describes one function for the journal, or says why it cannot be tuned.
func (a *attempt) target(ctx context.Context, in input.Input, d input.Defaults, function, qualifier string) (run.Target, []string, error) {
	c, err := a.WaitUntilReady(ctx, function, "$LATEST")
	if err != nil {
		return run.Target{}, nil, fmt.Errorf("reading %s: %w", function, err)
	}
	if err := tunable(in, function, c); err != nil {
		return run.Target{}, nil, err
	}
	if err := bounds.Awaitable(in, function, time.Duration(c.Timeout)*time.Second); err != nil {
		return run.Target{}, nil, err
	}
	t := run.Target{
		Function: function, Architecture: c.Architecture, MemorySize: c.MemorySize, Description: c.Description,
		Fingerprint: c.Fingerprint, EnvironmentCheck: mark.EnvironmentCheck(function, c.Environment), CodeSHA256: c.CodeSHA256, RevisionID: c.RevisionID, LastModified: c.LastModified,
		CodeSize: c.CodeSize, Timeout: c.Timeout, EphemeralStorage: c.EphemeralStorage,
		PackageType: c.PackageType, SnapStart: c.SnapStart, Tenancy: c.Tenancy, Runtime: c.Runtime, LogGroup: c.LogGroup, LogFormat: c.LogFormat,
		SystemLogsFiltered: c.LogFormat == "JSON" && c.SystemLogLevel == "WARN",
		Owned:              slices.ContainsFunc(d.Targets, func(t input.DefaultTarget) bool { return slices.Contains(t.Functions, function) }),
		Today:              run.Today{MemorySize: c.MemorySize, Version: "$LATEST"},
	}
	t.Exposed = !t.Owned || in.LiveAlias == ""
	if err := a.refuseLatestTraffic(ctx, d, t); err != nil {
		return t, nil, err
	}
	versions, err := a.Versions(ctx, function)
	if err != nil {
		return t, nil, err
	}
	for _, v := range versions {
		t.HighestVersion = max(t.HighestVersion, cloud.VersionNumber(v))
	}
	notes, err := a.today(ctx, in, &t, c, qualifier)
	if err != nil {
		return t, nil, err
	}
	more, err := a.concurrency(ctx, in, &t)
	return t, append(notes, more...), err
}

// errMarked says that $LATEST has a run's mark, which says what was there before, and nobody has the lock.
var errMarked = errors.New("left marked")

// tunable refuses by name what cannot be tuned.
func tunable(in input.Input, function string, c cloud.FunctionConfiguration) error {
	why := c.Unusable()
	m, isMarked := mark.Parse(c.Description)
	switch {
	case c.Managed:
		why = input.ManagedReason
	case c.Durable:
		why = input.DurableReason
	case c.Tenancy && in.TenantID == "":
		why = "it isolates tenants, and an invocation needs a tenant's id: give tenantId"
	case why != "":
	case c.LastUpdateStatus == "Failed":
		why = fmt.Sprintf("its last update failed (%s)", c.StateReason)
	case isMarked && m.Before != nil:
		return errMarked
	case isMarked:
		why = fmt.Sprintf("execution %s left it at %d MB with the description %q, and its lock is gone: put both back", m.Execution, c.MemorySize, c.Description)
	default:
		return nil
	}
	return run.Problemf(run.NotTunable, "%s cannot be tuned: %s", function, why)
}

// today returns what live traffic runs on: the version that was asked for, else the live alias's, else $LATEST.
func (a *attempt) today(ctx context.Context, in input.Input, t *run.Target, latest cloud.FunctionConfiguration, qualifier string) ([]string, error) {
	asked := qualifier != "" && qualifier != "$LATEST"
	if !asked && in.Serving != "" {
		return a.served(ctx, in.Serving, t, latest)
	}
	if !asked {
		if qualifier = in.LiveAlias; qualifier == "" {
			return nil, nil
		}
	}
	c, err := cloud.Read(ctx, a.Session, func() (cloud.FunctionConfiguration, error) { return a.Lambda.Configuration(ctx, t.Function, qualifier) })
	if errors.Is(err, cloud.ErrNotFound) && !asked {
		return []string{fmt.Sprintf("%s has no alias %s: today's configuration is taken from $LATEST", t.Function, qualifier)}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s:%s: %w", t.Function, qualifier, err)
	}
	t.Today = run.Today{MemorySize: c.MemorySize, Version: c.Version}
	if mark.SameExceptSize(c, latest) {
		return nil, nil
	}
	if asked {
		return nil, run.Problemf(run.NotTunable, "%s:%s cannot be tuned: its code or configuration is not $LATEST's, and only $LATEST can be given other memory sizes", t.Function, qualifier)
	}
	return []string{fmt.Sprintf("what %s:%s runs (version %s) is not $LATEST, which is what was measured: the two differ in code or configuration", t.Function, qualifier, c.Version)}, nil
}
