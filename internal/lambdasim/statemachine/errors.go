package statemachine

import "fmt"

// Names of the errors that Step Functions itself gives.
const (
	ErrorAll               = "States.ALL"
	ErrorTaskFailed        = "States.TaskFailed"
	ErrorTimeout           = "States.Timeout"
	ErrorRuntime           = "States.Runtime"
	ErrorDataLimitExceeded = "States.DataLimitExceeded"
	ErrorNoChoiceMatched   = "States.NoChoiceMatched"
	ErrorResultPath        = "States.ResultPathMatchFailure"
	ErrorItemReader        = "States.ItemReaderFailed"
	ErrorResultWriter      = "States.ResultWriterFailed"
	ErrorTolerance         = "States.ExceedToleratedFailureThreshold"
)

// Error is what a state or an execution fails with.
type Error struct {
	Name  string // what ErrorEquals is compared with
	Cause string
}

// Error returns "name: cause".
func (e *Error) Error() string { return e.Name + ": " + e.Cause }

func runtimeError(format string, args ...any) *Error {
	return &Error{Name: ErrorRuntime, Cause: fmt.Sprintf(format, args...)}
}
