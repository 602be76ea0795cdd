package statemachine

import (
	"encoding/json"
	"time"
)

// startExecution is the resource of a Task that runs another state machine and waits for its end.
const startExecution = "arn:aws:states:::states:startExecution.sync:2"

// nested runs an execution of another state machine. If this one ends before, or the task times out, the other is
// stopped.
func (v *visit) nested(payload string) ([]byte, *Error) {
	var p struct {
		StateMachineArn, Name string
		Input                 json.RawMessage
	}
	if err := json.Unmarshal([]byte(payload), &p); err != nil {
		return nil, runtimeError("The Parameters '%s' could not be used to start the Task: %v", payload, err)
	}
	if err := v.e.record(Event{Type: "TaskScheduled", Resource: "startExecution.sync:2", Input: payload}); err != nil {
		return nil, err
	}
	var other *Machine
	if find := v.e.Machine.options.Machines; find != nil {
		other = find(p.StateMachineArn)
	}
	if other == nil {
		return nil, v.taskFailed(&Error{Name: "StepFunctions.StateMachineDoesNotExistException", Cause: "State Machine Does Not Exist: '" + p.StateMachineArn + "'"})
	}
	if m := v.e.Machine; m.options.OnTask != nil {
		t := &Task{Execution: v.e, State: v.name, Function: p.StateMachineArn, Attempt: v.retries + 1, RequestID: m.requestID(), cancel: func() {}, result: make(chan result, 1)}
		if fault := m.options.OnTask(t); fault != nil && fault.Before != nil {
			return nil, v.taskFailed(fault.Before)
		}
	}
	started, err := other.Start(p.Name, string(p.Input))
	if err != nil {
		refused, _ := err.(*Error) //nolint:errorlint // Start returns nothing else
		return nil, v.taskFailed(&Error{Name: "StepFunctions." + refused.Name + "Exception", Cause: refused.Cause})
	}
	var timeout <-chan time.Time
	if v.state.TimeoutSeconds > 0 {
		timer := time.NewTimer(time.Duration(v.state.TimeoutSeconds) * time.Second)
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case <-started.done:
	case <-timeout:
		started.Stop("", "")
		return nil, v.taskFailed(&Error{Name: ErrorTimeout})
	case <-v.e.done:
		started.Stop("", "")
		return nil, &Error{Name: ErrorTimeout, Cause: "The execution has ended."}
	}
	outcome := started.Outcome()
	described := map[string]any{
		"ExecutionArn": started.ARN, "StateMachineArn": other.ARN(), "Name": started.Name, "Status": string(outcome.Status), "InputDetails": included,
		"StartDate": started.Started.UnixMilli(), "StopDate": outcome.Stopped.UnixMilli(), "Input": mustDecode(p.Input),
	}
	if outcome.Status != Succeeded {
		if outcome.Error != nil {
			described["Error"], described["Cause"] = outcome.Error.Name, outcome.Error.Cause
		}
		described["Input"] = string(p.Input)
		return nil, v.taskFailed(&Error{Name: ErrorTaskFailed, Cause: shortened(encode(described))})
	}
	described["Output"], described["OutputDetails"] = mustDecode(json.RawMessage(outcome.Output)), included
	text := encode(described)
	if err := v.limit(text); err != nil {
		return nil, err
	}
	return []byte(text), v.e.record(Event{Type: "TaskSucceeded", Resource: "startExecution.sync:2", Output: text})
}

// maxCause is how long a cause can be, in characters.
const maxCause = 32768

func shortened(cause string) string { return cause[:min(len(cause), maxCause)] }

func (v *visit) taskFailed(err *Error) *Error {
	kind := "TaskFailed"
	if err.Name == ErrorTimeout {
		kind = "TaskTimedOut"
	}
	if full := v.e.record(Event{Type: kind, Resource: "startExecution.sync:2", Error: err.Name, Cause: err.Cause}); full != nil {
		return full
	}
	return err
}
