package tuning

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// LockName is the alias that marks a function as being tuned. It points to $LATEST; what it says
// stands in its description.
const LockName = "dualarch-lock"

// Lock is what the lock's description says, and the function it was found on.
type Lock struct {
	Function string `json:"function"` // unqualified ARN
	// Region, StateMachine and Execution name the run that holds the lock; account and partition are
	// the function's.
	Region       string `json:"region"`
	StateMachine string `json:"stateMachine"`
	Execution    string `json:"execution"`
	// Restoring says that a Restore has it: nothing is published any more.
	Restoring bool `json:"restoring,omitempty"`
	// Attempt is the invocation that may change the function; "" when none does.
	Attempt string `json:"attempt,omitempty"`
	// Until is when the last invocation whose end is not known has ended for certain; zero when there is none.
	Until time.Time `json:"until,omitzero"`
	// Lease is when the lock is void, whatever became of its execution.
	Lease time.Time `json:"lease"`
}

// lockFormat starts every description; a later format starts with another number.
const lockFormat = "dualarch-lock/1"

// maxAttempt keeps the description within an alias's 256 characters: names are at most 80 each.
const maxAttempt = 36

// Description is the text that the alias carries.
func (l Lock) Description() string {
	phase, attempt, until := "tuning", l.Attempt, int64(0)
	if l.Restoring {
		phase = "restoring"
	}
	if attempt == "" {
		attempt = "-"
	}
	if !l.Until.IsZero() {
		until = l.Until.Unix()
	}
	return strings.Join([]string{
		lockFormat, l.Region, l.StateMachine, l.Execution, phase, attempt,
		strconv.FormatInt(until, 36), strconv.FormatInt(l.Lease.Unix(), 36),
	}, " ")
}

// ParseLock reads a lock's description; function is the unqualified ARN it was found on.
func ParseLock(function, description string) (Lock, error) {
	fields := strings.Split(description, " ")
	bad := func() (Lock, error) {
		return Lock{}, fmt.Errorf("alias %s of %s was not made by this tuner: its description is %q", LockName, function, description)
	}
	if len(fields) != 8 || fields[0] != lockFormat {
		return bad()
	}
	until, err1 := strconv.ParseInt(fields[6], 36, 64)
	lease, err2 := strconv.ParseInt(fields[7], 36, 64)
	if err1 != nil || err2 != nil || fields[4] != "tuning" && fields[4] != "restoring" {
		return bad()
	}
	l := Lock{
		Function: function, Region: fields[1], StateMachine: fields[2], Execution: fields[3],
		Restoring: fields[4] == "restoring", Lease: time.Unix(lease, 0).UTC(),
	}
	if fields[5] != "-" {
		l.Attempt = fields[5]
	}
	if until != 0 {
		l.Until = time.Unix(until, 0).UTC()
	}
	return l, nil
}

// ExecutionARN is the ARN of the execution that holds the lock.
func (l Lock) ExecutionARN() string {
	arn := strings.Split(l.Function, ":") // arn:partition:lambda:region:account:function:name
	return strings.Join([]string{"arn", arn[1], "states", l.Region, arn[4], "execution", l.StateMachine, l.Execution}, ":")
}

// of says whether the lock is held by the execution.
func (l Lock) of(e Execution) bool { return l.ExecutionARN() == e.ARN }
