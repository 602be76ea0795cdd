package tuner

import (
	"fmt"
	"time"
)

// readiness is what the states of a function or version mean to whoever wants to change or invoke it.
type readiness int

const (
	isReady   readiness = iota
	becomesSo           // by itself, in seconds or minutes
	staysSo             // until somebody does something about it
	isUnknown           // a state that did not exist when this was written
)

// maxUnknown is for how long an unknown state is waited for.
const maxUnknown = 2 * time.Minute

// states are Lambda's, of functions and versions (botocore 1.44.8 of 2026-11-20). What has not been used for
// weeks is Inactive, and Lambda fetches it when it is updated or invoked. Of the last four AWS's documentation
// gives the names; none of them becomes Active by itself as far as these tell.
var states = map[string]readiness{
	"":                   isReady, // what older emulators leave out
	"Active":             isReady,
	"Inactive":           isReady,
	"Pending":            becomesSo,
	"Failed":             staysSo,
	"Deactivating":       staysSo,
	"Deactivated":        staysSo,
	"ActiveNonInvocable": staysSo,
	"Deleting":           staysSo,
}

// updates are the states of a function's last update. After a failed one the function is what it was before.
var updates = map[string]readiness{
	"":           isReady,
	"Successful": isReady,
	"Failed":     isReady,
	"InProgress": becomesSo,
}

// readiness of a configuration is its worse state's.
func (c FunctionConfiguration) readiness() readiness {
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

// waitsFor reports whether a configuration that has not been ready for some time is to be read again.
func (c FunctionConfiguration) waitsFor(since time.Duration) bool {
	switch c.readiness() {
	case becomesSo:
		return true
	case isUnknown:
		return since < maxUnknown
	}
	return false
}

// unusable says why a configuration that was waited for can be neither changed nor invoked; "" where it can.
func (c FunctionConfiguration) unusable() string {
	reason := ""
	if c.StateReason != "" {
		reason = " (" + c.StateReason + ")"
	}
	switch {
	case c.readiness() == isUnknown:
		return fmt.Sprintf("its state is %s and that of its last update %s, which this version of the tuner does not know%s", c.State, c.LastUpdateStatus, reason)
	case c.readiness() != staysSo:
		return ""
	case c.State == "Failed":
		return "it is in a failed state" + reason
	case c.State == "Deleting":
		return "it is being deleted" + reason
	}
	return fmt.Sprintf("its state is %s, in which it cannot be invoked%s", c.State, reason)
}
