package statemachine

import (
	"sync"
	"time"
)

// Status of an execution.
type Status string

// What an execution can be.
const (
	Running   Status = "RUNNING"
	Succeeded Status = "SUCCEEDED"
	Failed    Status = "FAILED"
	TimedOut  Status = "TIMED_OUT"
	Aborted   Status = "ABORTED"
)

// Execution is one run of a Machine.
type Execution struct {
	Machine   *Machine
	ARN, Name string
	Input     string // JSON
	Started   time.Time
	input     any // decoded; nobody changes it

	mu          sync.Mutex
	status      Status
	output      string
	failure     *Error
	stopped     time.Time
	history     []Event
	mapRuns     []*mapRun
	transitions int
	done        chan struct{} // closed at the end
}

// Outcome is how an execution stands.
type Outcome struct {
	Status  Status
	Output  string // JSON, of one that succeeded
	Error   *Error // of one that did not; nil for a stop without a reason
	Stopped time.Time
	// Transitions are the state transitions that AWS bills: states entered and retries.
	Transitions int
}

// Outcome returns how the execution stands now.
func (e *Execution) Outcome() Outcome {
	e.mu.Lock()
	defer e.mu.Unlock()
	return Outcome{Status: e.status, Output: e.output, Error: e.failure, Stopped: e.stopped, Transitions: e.transitions}
}

// Wait returns the outcome once the execution has ended. A step may still go on then; Machine.Wait
// waits for that, too.
func (e *Execution) Wait() Outcome {
	<-e.done
	return e.Outcome()
}

// Stop is StopExecution: the execution is ABORTED at once, its running step goes on. Both texts may be
// empty. Stopping an execution that has ended does nothing.
func (e *Execution) Stop(name, cause string) {
	var err *Error
	if name != "" || cause != "" {
		err = &Error{Name: name, Cause: cause}
	}
	e.end(Aborted, "", err)
}

// TimeOut does at once what the machine's TimeoutSeconds does at its time: the execution is TIMED_OUT,
// its running step goes on.
func (e *Execution) TimeOut() {
	e.end(TimedOut, "", &Error{Name: ErrorTimeout, Cause: "The execution has timed out."})
}

// end settles how an execution ends; only the first call counts.
func (e *Execution) end(status Status, output string, failure *Error) {
	e.mu.Lock()
	if e.status != Running {
		e.mu.Unlock()
		return
	}
	event := Event{Type: map[Status]string{
		Succeeded: "ExecutionSucceeded", Failed: "ExecutionFailed", TimedOut: "ExecutionTimedOut", Aborted: "ExecutionAborted",
	}[status], Output: output}
	if failure != nil {
		event.Error, event.Cause = failure.Name, failure.Cause
	}
	e.append(event)
	e.status, e.output, e.failure, e.stopped = status, output, failure, time.Now()
	change := e.change()
	e.mu.Unlock()
	e.Machine.announce(change)
	close(e.done)
	if d := e.Machine.options.Remember; d > 0 {
		time.AfterFunc(d, e.forget)
	}
}

// forget drops what an execution has that is large.
func (e *Execution) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.history, e.Input, e.input = nil, "", nil
}

// ended reports whether the execution is over.
func (e *Execution) ended() bool {
	select {
	case <-e.done:
		return true
	default:
		return false
	}
}

// pause waits, unless the execution ends first.
func (e *Execution) pause(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-e.done:
	}
}
