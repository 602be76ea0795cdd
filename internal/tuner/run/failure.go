package run

import (
	"errors"
	"fmt"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/jsontext"
)

// Problem is an error whose kind the state machine's Catch, Retry and output show as "Error".
type Problem struct {
	Kind ProblemKind
	Text string
	Err  error // what it comes from, if anything
}

// ProblemKind names what ended a run.
type ProblemKind string

// What can end a run besides an input that is not allowed (InputError).
const (
	NotTunable      ProblemKind = "NotTunable"      // the function is of a kind that cannot be tuned
	FunctionLocked  ProblemKind = "FunctionLocked"  // another execution tunes it
	FunctionChanged ProblemKind = "FunctionChanged" // somebody else changed it meanwhile
	Cancelled       ProblemKind = "Cancelled"       // the run's lock or versions are gone
	NothingMeasured ProblemKind = "NothingMeasured" // no invocation got through, or every size failed
	ForeignState    ProblemKind = "ForeignState"    // another version of the tuner has begun the run
	TuningFailed    ProblemKind = "TuningFailed"    // anything else
)

func (p *Problem) Error() string {
	if p.Err == nil {
		return p.Text
	}
	return p.Text + ": " + p.Err.Error()
}

func (p *Problem) Unwrap() error { return p.Err }

// Problemf returns a Problem of a kind with a formatted text.
func Problemf(kind ProblemKind, format string, args ...any) *Problem {
	return &Problem{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

const (
	// MaxErrorText is how many bytes an error's text takes beside the state.
	MaxErrorText = 3000
	// maxLongText is the same for errors that come with lists, of Plan and Verdict, beside whose errors
	// there is no state: Step Functions takes causes of 32 KB.
	maxLongText = 15_000
)

// ErrorText returns the text that the state machine sees of an error.
func ErrorText(err error) string {
	switch ErrorName(err) {
	case "InputError", string(NothingMeasured):
		return jsontext.TruncateLines(err.Error(), maxLongText)
	}
	return jsontext.TruncateLines(err.Error(), MaxErrorText)
}

// ErrorName returns the name under which the state machine sees an error.
func ErrorName(err error) string {
	if p, ok := errors.AsType[*Problem](err); ok {
		return string(p.Kind)
	}
	if _, ok := errors.AsType[*input.Error](err); ok {
		return "InputError"
	}
	return string(TuningFailed)
}
