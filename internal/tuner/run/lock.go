package run

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// LockName is the alias that marks a function as being tuned. It points to $LATEST; its description holds the Lock.
const LockName = "dualarch-lock"

// NeverAlias is an alias that no function has: its deletion is asked for to find out whether that of a lock is allowed.
const NeverAlias = "dualarch-never"

// Lock is what the lock's description says, and the function it was found on.
type Lock struct {
	Function string `json:"function"` // unqualified ARN
	// Region, StateMachine and Execution name the run that holds the lock; account and partition are
	// the function's.
	Region       string `json:"region"`
	StateMachine string `json:"stateMachine"`
	Execution    string `json:"execution"`
	// Restoring reports whether a Restore has it: nothing is published any more.
	Restoring bool `json:"restoring,omitempty"`
	// Attempt is the invocation that may change the function; "" when none does.
	Attempt string `json:"attempt,omitempty"`
	// Deadline is when Attempt has ended for certain.
	Deadline time.Time `json:"deadline,omitzero"`
	// Until is when earlier invocations that publish, and that did not report their end, have ended for certain; zero
	// if there are none.
	Until time.Time `json:"until,omitzero"`
	// Lease is when the lock is void, whatever became of its execution.
	Lease time.Time `json:"lease"`
}

// lockFormat starts every description; a later format starts with another number. With names of 80
// characters and a region of 14 the whole has 250 of the 256 characters that an alias may have.
const lockFormat = "dualarch1"

// MaxAttempt is the length of a request id.
const MaxAttempt = 36

// Description returns the text that the alias carries. Times are milliseconds since 1970 in base 36.
func (l Lock) Description() string {
	phase, attempt := "t", l.Attempt
	if l.Restoring {
		phase = "r"
	}
	if attempt == "" {
		attempt = "-"
	}
	return strings.Join([]string{
		lockFormat, l.Region, l.StateMachine, l.Execution, phase, attempt, moment(l.Deadline), moment(l.Until), moment(l.Lease),
	}, " ")
}

// ParseLock reads a lock's description; function is the unqualified ARN it was found on.
func ParseLock(function, description string) (Lock, error) {
	fields := strings.Split(description, " ")
	if len(fields) == 9 && fields[0] == lockFormat && (fields[4] == "t" || fields[4] == "r") {
		deadline, err1 := parseMoment(fields[6])
		until, err2 := parseMoment(fields[7])
		lease, err3 := parseMoment(fields[8])
		if errors.Join(err1, err2, err3) == nil {
			return Lock{
				Function: function, Region: fields[1], StateMachine: fields[2], Execution: fields[3], Restoring: fields[4] == "r",
				Attempt: strings.TrimPrefix(fields[5], "-"), Deadline: deadline, Until: until, Lease: lease,
			}, nil
		}
	}
	return Lock{}, fmt.Errorf("alias %s of %s was not made by this tuner: its description is %q", LockName, function, description)
}

// moment writes a time; 0 is the zero time.
func moment(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return strconv.FormatInt(t.UnixMilli(), 36)
}

func parseMoment(s string) (time.Time, error) {
	ms, err := strconv.ParseUint(s, 36, 63)
	if err != nil || ms == 0 {
		return time.Time{}, err
	}
	return time.UnixMilli(int64(ms)).UTC(), nil
}

// ExecutionARN returns the ARN of the execution that holds the lock.
func (l Lock) ExecutionARN() string {
	arn := strings.Split(l.Function, ":") // arn:partition:lambda:region:account:function:name
	return strings.Join([]string{"arn", arn[1], "states", l.Region, arn[4], "execution", l.StateMachine, l.Execution}, ":")
}

// Of reports whether the lock is held by the execution.
func (l Lock) Of(e Execution) bool { return l.ExecutionARN() == e.ARN }

// Writing returns when no invocation that publishes may change the function any more, as far as the lock tells; zero if
// none may. A Restore is none of them: whoever puts the function back does what that could still do.
func (l Lock) Writing() time.Time {
	if !l.Restoring && l.Attempt != "" && l.Deadline.After(l.Until) {
		return l.Deadline
	}
	return l.Until
}

// longestLease is for how long a lock is respected whose execution cannot be looked at, unless Prepare has renewed it:
// its state machine may have been deleted.
const longestLease = 24 * time.Hour

// defaultLease applies if the definition does not state its own time-out.
const defaultLease = 24 * time.Hour

// LeaseEnd returns when nothing of the execution can run any more: its time-out, plus the Lambda function it may have
// been in, plus the Restore after it; but at most longestLease from now.
func LeaseEnd(e Event) time.Time {
	timeout := defaultLease
	if e.Defaults.TimeoutSeconds > 0 {
		timeout = time.Duration(e.Defaults.TimeoutSeconds) * time.Second
	}
	end := e.Execution.StartTime.Add(timeout + max(timing.StepTimeout, e.Defaults.MeasureTimeout()) + timing.StepTimeout)
	if latest := time.Now().Add(longestLease); end.After(latest) {
		return latest
	}
	return end
}
