package cloud

import (
	"context"
	"fmt"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// Readiness is what the states of a function or version mean to whoever wants to change or invoke it.
type Readiness int

// What a state may mean.
const (
	IsReady   Readiness = iota
	becomesSo           // by itself, in seconds or minutes
	staysSo             // until somebody does something about it
	isUnknown           // a state that did not exist when this was written
)

// maxUnknown is how long an unknown state is waited for.
const maxUnknown = 2 * time.Minute

// states are Lambda's, of functions and versions (botocore 1.44.8 of 2026-11-20). What has not been used for
// weeks is Inactive, and Lambda fetches it when it is updated or invoked. Of the last four AWS's documentation
// gives the names; none of them becomes Active by itself as far as these tell.
var states = map[string]Readiness{
	"":                   IsReady, // what older emulators leave out
	"Active":             IsReady,
	"Inactive":           IsReady,
	"Pending":            becomesSo,
	"Failed":             staysSo,
	"Deactivating":       staysSo,
	"Deactivated":        staysSo,
	"ActiveNonInvocable": staysSo,
	"Deleting":           staysSo,
}

// updates are the states of a function's last update. After a failed one the function is what it was before.
var updates = map[string]Readiness{
	"":           IsReady,
	"Successful": IsReady,
	"Failed":     IsReady,
	"InProgress": becomesSo,
}

// Readiness returns what the worse of a configuration's two states means.
func (c FunctionConfiguration) Readiness() Readiness {
	state, known := states[c.State]
	if !known {
		state = isUnknown
	}
	update, known := updates[c.LastUpdateStatus]
	if !known {
		update = isUnknown
	}
	switch {
	case state == staysSo:
		return staysSo
	case state == isUnknown || update == isUnknown:
		return isUnknown
	}
	return max(state, update)
}

// WaitsFor reports whether a configuration that has not been ready for some time is to be read again.
func (c FunctionConfiguration) WaitsFor(since time.Duration) bool {
	switch c.Readiness() {
	case becomesSo:
		return true
	case isUnknown:
		return since < maxUnknown
	}
	return false
}

// Unusable says why a configuration that was waited for can be neither changed nor invoked; "" if it can be both.
func (c FunctionConfiguration) Unusable() string {
	reason := ""
	if c.StateReason != "" {
		reason = " (" + c.StateReason + ")"
	}
	switch {
	case c.Readiness() == isUnknown:
		return fmt.Sprintf("its state is %s and that of its last update %s, which this version of the tuner does not know%s", c.State, c.LastUpdateStatus, reason)
	case c.Readiness() != staysSo:
		return ""
	case c.State == "Failed":
		return "it is in a failed state" + reason
	case c.State == "Deleting":
		return "it is being deleted" + reason
	}
	return fmt.Sprintf("its state is %s, in which it cannot be invoked%s", c.State, reason)
}

// UpdateTime is how long an update of a configuration may be taken to last: before that it is not asked about.
const UpdateTime = 500 * time.Millisecond

// WaitUntilReady polls a configuration, every 500 ms at first and every second later on, until it has settled, for
// better or worse: Unusable tells.
func (a *Session) WaitUntilReady(ctx context.Context, function, qualifier string) (FunctionConfiguration, error) {
	first := time.Now()
	for wait := UpdateTime; ; wait = min(wait*3/2, time.Second) {
		c, err := Read(ctx, a, func() (FunctionConfiguration, error) { return a.Lambda.Configuration(ctx, function, qualifier) })
		if err != nil || !c.WaitsFor(time.Since(first)) {
			return c, err
		}
		if a.Remaining() < timing.Reserve/2 {
			return c, run.Problemf(run.TuningFailed, "%s %s is still being updated (%s %s): no time is left to wait", function, qualifier, c.State, c.LastUpdateStatus)
		}
		if err := clock.Sleep(ctx, wait); err != nil {
			return c, err
		}
	}
}
