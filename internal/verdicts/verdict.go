package verdicts

import (
	"encoding/json"
	"time"

	"github.com/dualarch/dualarch/tuning"
)

// Verdict is what is known of one execution. Output, Peer and Failed exclude each other.
type Verdict struct {
	// Source is the file or URL that it was read from.
	Source string
	// Name is the function's name that the reader was given; "" if none was.
	Name string
	// Execution is nil if the document has only the output.
	Execution *Execution
	// Output is what this project's state machine gives.
	Output *tuning.Output
	// Peer is what AWS Lambda Power Tuning gives.
	Peer *Peer
	// Failed says why the execution gave no verdict.
	Failed string
}

// Execution says which execution gave an output, when, and for which input.
type Execution struct {
	ARN          string          `json:"executionArn,omitempty"`
	StateMachine string          `json:"stateMachineArn,omitempty"`
	Started      time.Time       `json:"startDate,omitzero"`
	Stopped      time.Time       `json:"stopDate,omitzero"`
	Input        json.RawMessage `json:"input,omitempty"`
	// Status, Error and Cause say how an execution ended that gave no output.
	Status string `json:"-"`
	Error  string `json:"-"`
	Cause  string `json:"-"`
}

// Document is what `dualarch tune --out` writes: the output, flat, and its execution beside it.
type Document struct {
	tuning.Output
	Execution *Execution `json:"execution,omitempty"`
}

// Peer is a result of AWS Lambda Power Tuning: means of the memory sizes that were measured.
type Peer struct {
	// Best is the memory size that it chose, with its mean cost and duration; nil if only a URL is known.
	Best *Point
	// Series has one series for each function that was measured, none if neither statistics nor a URL are known.
	Series []Series
}

// Series is one function's measured points, by size. Name is "" if the result does not say.
type Series struct {
	Name   string
	Points []Point
}

// Point is what a memory size (MB) gives: mean duration in milliseconds and mean cost in USD.
type Point struct {
	Power          int
	Duration, Cost float64
}

// DryRun is why an execution that was asked for no verdict gave none.
const DryRun = "it was a dry run, which gives no verdict"

// Unreadable returns what is known of an execution whose output cannot be read.
func Unreadable(execution, stateMachine string, stopped time.Time, err error) Verdict {
	return Verdict{
		Source: execution, Failed: "its output cannot be read: " + err.Error(),
		Execution: &Execution{ARN: execution, StateMachine: stateMachine, Stopped: stopped},
	}
}

// Note adds to why an execution gave no verdict what became of its functions.
func (v *Verdict) Note(text string) {
	v.Failed += "; " + text
	if v.Execution == nil {
		return
	}
	if v.Execution.Cause != "" {
		text = v.Execution.Cause + "; " + text
	}
	v.Execution.Cause = text
}

// Time returns when the execution ended, or began if that is all that is known; the zero time if neither is.
func (v Verdict) Time() time.Time {
	switch {
	case v.Execution == nil:
		return time.Time{}
	case !v.Execution.Stopped.IsZero():
		return v.Execution.Stopped
	}
	return v.Execution.Started
}

// Input returns the execution's input; nil if it is not known.
func (v Verdict) Input() json.RawMessage {
	if v.Execution == nil {
		return nil
	}
	return v.Execution.Input
}
