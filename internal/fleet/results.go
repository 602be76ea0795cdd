package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
)

// ran is what the Map's items return.
type ran struct {
	Execution string          `json:"executionArn"`
	Output    json.RawMessage `json:"output"`
}

// result is how a tuner's execution ended.
type result struct {
	execution string          // "" if it is the one that was planned
	output    json.RawMessage // nil if it has none
	error     string
	cause     string
	status    string
	started   time.Time
	stopped   time.Time
}

// exported is an execution of an item, as ResultWriter exports it.
type exported struct {
	Input, Output, Error, Cause, Status string
	StartDate, StopDate                 time.Time
}

// results reads what the Map wrote, by the tuner's execution that was planned. What is not there is not among them.
func results(ctx context.Context, c Cloud, s State, p plan) (map[string]result, error) {
	found := map[string]result{}
	var inline []*ran
	if json.Unmarshal(s.Tuned, &inline) == nil { // of an emulator that knows no ResultWriter
		p.Targets = slices.DeleteFunc(slices.Clone(p.Targets), func(t planned) bool { return !t.Kept.IsZero() })
		for i, r := range inline {
			if r == nil {
				continue
			}
			at := slices.IndexFunc(p.Targets, func(t planned) bool { return t.Execution == r.Execution })
			if at < 0 && len(inline) == len(p.Targets) { // it gives executions names of its own
				at = i
			}
			if at >= 0 {
				found[p.Targets[at].Execution] = result{execution: r.Execution, status: "SUCCEEDED", output: r.Output}
			}
		}
		return found, nil
	}
	var tuned struct {
		ResultWriterDetails struct{ Bucket, Key string }
	}
	if json.Unmarshal(s.Tuned, &tuned) != nil || tuned.ResultWriterDetails.Key == "" {
		return found, nil
	}
	at := tuned.ResultWriterDetails
	text, err := object(ctx, c, location(at.Bucket, at.Key))
	if err != nil {
		return nil, fmt.Errorf("reading the results: %w", err)
	}
	var manifest struct {
		ResultFiles map[string][]struct{ Key string }
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return nil, fmt.Errorf("reading the results: %s: %w", at.Key, err)
	}
	for _, files := range manifest.ResultFiles {
		for _, file := range files {
			if err := readFile(ctx, c, location(at.Bucket, file.Key), found); err != nil {
				return nil, fmt.Errorf("reading the results: %s: %w", file.Key, err)
			}
		}
	}
	return found, nil
}

// readFile reads a file of results one by one: it may hold all verdicts of an account.
func readFile(ctx context.Context, c Cloud, location string, into map[string]result) error {
	_, err := retried(ctx, func() (struct{}, error) {
		body, err := c.Open(ctx, location)
		if err != nil {
			return struct{}{}, err
		}
		defer func() { _ = body.Close() }() // it was only read
		decoder := json.NewDecoder(body)
		if _, err := decoder.Token(); err != nil {
			return struct{}{}, err
		}
		for decoder.More() {
			var e exported
			if err := decoder.Decode(&e); err != nil {
				return struct{}{}, err
			}
			if execution, r, ok := e.result(); ok {
				into[execution] = r
			}
		}
		return struct{}{}, nil
	})
	return err
}

// result returns how the tuner's execution ended that an item's started, if that can be told.
func (e exported) result() (execution string, r result, ok bool) {
	var it item
	if json.Unmarshal([]byte(e.Input), &it) != nil || it.Name == "" {
		return "", result{}, false
	}
	execution = executionARN(it.StateMachine, it.Name)
	r = result{status: e.Status, error: e.Error, cause: e.Cause, started: e.StartDate, stopped: e.StopDate}
	var out ran
	switch {
	case e.Status == "SUCCEEDED":
		if json.Unmarshal([]byte(e.Output), &out) != nil || out.Output == nil {
			return "", result{}, false
		}
		r.output = out.Output
	case e.Error == "States.TaskFailed":
		// The cause describes the execution, unless that was too long for a cause.
		var described struct{ Status, Error, Cause string }
		if json.Unmarshal([]byte(e.Cause), &described) != nil {
			return "", result{}, false
		}
		r.status, r.error, r.cause = described.Status, described.Error, described.Cause
	case e.Error == "" && e.Cause == "": // it was stopped, or never began
		return "", result{}, false
	case e.Error == "States.DataLimitExceeded", e.Error == "StepFunctions.ExecutionAlreadyExistsException":
		return "", result{}, false // the tuner's execution may have ended well all the same
	}
	return execution, r, true
}

// describe asks Step Functions for an execution's end.
func describe(ctx context.Context, c Cloud, execution string) (result, error) {
	if err := clock.Sleep(ctx, betweenDescribed); err != nil {
		return result{}, err
	}
	d, err := retried(ctx, func() (Described, error) { return c.Execution(ctx, execution) })
	if err != nil {
		return result{}, err
	}
	r := result{status: d.Status, error: d.Error, cause: d.Cause, started: d.Started, stopped: d.Stopped}
	if d.Status == "SUCCEEDED" && json.Valid([]byte(d.Output)) {
		r.output = json.RawMessage(d.Output)
	}
	return r, nil
}

// why says why there is no verdict, in the words of what failed.
func (r result) why() string {
	message := r.cause
	var function struct {
		Message string `json:"errorMessage"`
	}
	if json.Unmarshal([]byte(r.cause), &function) == nil && function.Message != "" {
		message = function.Message
	}
	text := "its execution ended " + r.status
	for _, part := range []string{r.error, message} {
		if part != "" {
			text += ": " + part
		}
	}
	return text
}

var errNoTime = errors.New("there was no time left to read its execution")
