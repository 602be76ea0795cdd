package statemachine

import (
	"context"
	"sync"
)

// Task is a step's Lambda at work: one attempt of one Task state.
type Task struct {
	Execution *Execution
	State     string // the state's name
	Function  string // ARN, as the definition names it
	Attempt   int    // from 1; retries count up
	RequestID string

	mu     sync.Mutex
	cancel context.CancelFunc
	dead   bool
	result chan result // capacity 1: what comes first is what the execution sees
}

// result is how a task ended for its execution.
type result struct {
	output []byte
	err    *Error
}

type taskKey struct{}

// TaskOf returns the task in whose function's context it is called, or nil.
func TaskOf(ctx context.Context) *Task {
	t, _ := ctx.Value(taskKey{}).(*Task)
	return t
}

// Kill ends the step at once, as the crash of its Lambda would: its context is cancelled, a
// Simulator does none of its calls any more, and the execution sees Lambda.Unknown.
func (t *Task) Kill() {
	t.end(&Error{Name: "Lambda.Unknown", Cause: "The cause could not be determined because Lambda did not return an error type."})
}

// end kills the step; the execution sees err, unless it has seen something before.
func (t *Task) end(err *Error) {
	t.finish(result{err: err})
	t.mu.Lock()
	defer t.mu.Unlock()
	t.dead = true
	t.cancel()
}

// Dead reports whether the step has been killed.
func (t *Task) Dead() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.dead
}

// Abandon has the execution go on with an error (nil means States.Timeout) while the step goes on as
// well, which is what happens to a Lambda whose task has timed out.
func (t *Task) Abandon(err *Error) {
	if err == nil {
		err = &Error{Name: ErrorTimeout}
	}
	t.finish(result{err: err})
}

func (t *Task) finish(r result) {
	select {
	case t.result <- r:
	default: // it has ended before
	}
}
