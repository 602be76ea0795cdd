package statemachine

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"
)

// task does a Task state: attempts by Retry, then Catch.
func (v *visit) task(in data) (output any, next string, err *Error) {
	spent := make([]int, len(v.state.Retry)) // attempts by retrier
	for {
		result, err := v.attempt(in)
		if err == nil {
			return v.leave(result)
		}
		if v.e.ended() {
			return nil, "", nil
		}
		i := slices.IndexFunc(v.state.Retry, func(r Retrier) bool { return matches(r.ErrorEquals, err) })
		if i >= 0 && spent[i] < maxAttempts(v.state.Retry[i]) {
			v.e.pause(v.delay(v.state.Retry[i], spent[i]))
			if v.e.ended() {
				return nil, "", nil
			}
			spent[i]++
			v.retries++
			v.e.transition() // AWS bills a retry as a transition
			continue
		}
		i = slices.IndexFunc(v.state.Catch, func(c Catcher) bool { return matches(c.ErrorEquals, err) })
		if i < 0 {
			return nil, "", err
		}
		catcher := v.state.Catch[i]
		output, err = placed(v.raw, map[string]any{"Error": err.Name, "Cause": err.Cause}, catcher.ResultPath)
		return output, catcher.Next, err
	}
}

// matches reports whether an error is among those named. States.ALL stands for all but the two that
// AWS does not let it catch, States.TaskFailed for every failure of a task but a time-out.
func matches(names []string, err *Error) bool {
	terminal := err.Name == ErrorDataLimitExceeded || err.Name == ErrorRuntime
	return slices.Contains(names, err.Name) || slices.Contains(names, ErrorAll) && !terminal ||
		slices.Contains(names, ErrorTaskFailed) && !terminal && err.Name != ErrorTimeout
}

func maxAttempts(r Retrier) int {
	if r.MaxAttempts == nil {
		return 3
	}
	return *r.MaxAttempts
}

// delay returns how long a retrier waits after that many of its retries.
func (v *visit) delay(r Retrier, before int) time.Duration {
	seconds, rate := 1.0, 2.0
	if r.IntervalSeconds != nil {
		seconds = float64(*r.IntervalSeconds)
	}
	if r.BackoffRate != nil {
		rate = *r.BackoffRate
	}
	seconds *= math.Pow(rate, float64(before))
	if r.MaxDelaySeconds > 0 {
		seconds = min(seconds, float64(r.MaxDelaySeconds))
	}
	if r.JitterStrategy == "FULL" {
		seconds *= v.e.Machine.fraction()
	}
	return time.Duration(seconds * float64(time.Second))
}

// attempt calls the function once and shapes its result.
func (v *visit) attempt(in data) (any, *Error) {
	in.context = v.context()
	payload, err := v.parameters(in)
	if err != nil {
		return nil, err
	}
	sent := encode(payload)
	if err := v.limit(sent); err != nil {
		return nil, err
	}
	call := v.call
	if v.state.Resource == startExecution {
		call = v.nested
	}
	text, err := call(sent)
	if err != nil {
		return nil, err
	}
	result, decodeErr := decode(text)
	if decodeErr != nil {
		return nil, &Error{Name: "Lambda.Unknown", Cause: "the function did not return JSON: " + decodeErr.Error()}
	}
	if v.state.ResultSelector != nil {
		if result, err = (data{result, v.context()}).fill(mustDecode(v.state.ResultSelector)); err != nil {
			return nil, err
		}
	}
	return result, v.limit(encode(result))
}

// call runs the function and records its events.
func (v *visit) call(payload string) ([]byte, *Error) {
	arn := v.state.Resource
	for _, event := range []Event{
		{Type: "LambdaFunctionScheduled", Resource: arn, Input: payload},
		{Type: "LambdaFunctionStarted", Resource: arn},
	} {
		if err := v.e.record(event); err != nil {
			return nil, err
		}
	}
	r := v.await(v.start(arn, payload))
	if r.err == nil {
		if err := v.limit(string(r.output)); err != nil {
			return nil, err
		}
		return r.output, v.e.record(Event{Type: "LambdaFunctionSucceeded", Resource: arn, Output: string(r.output)})
	}
	kind := "LambdaFunctionFailed"
	if r.err.Name == ErrorTimeout {
		kind = "LambdaFunctionTimedOut"
	}
	if err := v.e.record(Event{Type: kind, Resource: arn, Error: r.err.Name, Cause: r.err.Cause}); err != nil {
		return nil, err
	}
	return nil, r.err
}

// await waits for a task to end, for its time-out, or for the execution to end.
func (v *visit) await(t *Task) result {
	var timeout <-chan time.Time
	if v.state.TimeoutSeconds > 0 {
		timer := time.NewTimer(time.Duration(v.state.TimeoutSeconds) * time.Second)
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case r := <-t.result:
		return r
	case <-timeout:
		return result{err: &Error{Name: ErrorTimeout}}
	case <-v.e.done:
		return result{err: &Error{Name: ErrorTimeout, Cause: "The execution has ended."}}
	}
}

// defaultTimeLimit is how long a function may run whose Options.TimeLimits say nothing.
const defaultTimeLimit = 15 * time.Minute

// start runs a function in a goroutine that ends with the function, whatever becomes of the execution.
func (v *visit) start(arn, payload string) *Task {
	m := v.e.Machine
	ctx, cancel := context.WithCancel(context.Background())
	id := m.requestID()
	t := &Task{
		Execution: v.e, State: v.name, Function: arn, Attempt: v.retries + 1, RequestID: id,
		cancel: cancel, result: make(chan result, 1),
	}
	var fault TaskFault
	if m.options.OnTask != nil {
		if f := m.options.OnTask(t); f != nil {
			fault = *f
		}
	}
	if fault.Before != nil {
		cancel()
		t.finish(result{err: fault.Before})
		return t
	}
	limit := defaultTimeLimit
	if given, ok := m.options.TimeLimits[arn]; ok {
		limit = given
	}
	deadline := time.AfterFunc(limit, func() {
		t.end(functionError("Sandbox.Timedout", fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", id, limit.Seconds())))
	})
	inner := context.WithValue(lambdaContext{ctx, time.Now().Add(limit)}, taskKey{}, t)
	m.running.Go(func() {
		defer cancel()
		output, err := m.options.Functions[arn](inner, []byte(payload))
		deadline.Stop()
		switch {
		case fault.After != nil:
			t.finish(result{err: fault.After})
		case err != nil:
			t.finish(result{err: errorObject(err)})
		default:
			t.finish(result{output: output})
		}
	})
	return t
}

// lambdaContext has the deadline that Lambda announces. It does not end there by itself: at that
// moment Lambda freezes the function, which is not left to find out.
type lambdaContext struct {
	context.Context
	deadline time.Time
}

func (c lambdaContext) Deadline() (time.Time, bool) { return c.deadline, true }

// functionError returns what Step Functions makes of a function's error object.
func functionError(kind, message string) *Error {
	return &Error{Name: kind, Cause: encode(map[string]any{"errorMessage": message, "errorType": kind})}
}

// errorObject returns what the Go runtime of Lambda makes of an error: its type's name, unless the
// error names one itself.
func errorObject(err error) *Error {
	if given, ok := err.(messages.InvokeResponse_Error); ok { //nolint:errorlint // the runtime does not unwrap either
		return functionError(given.Type, given.Message)
	}
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return functionError(t.Name(), err.Error())
}
