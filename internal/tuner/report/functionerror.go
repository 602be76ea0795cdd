package report

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/tuner/jsontext"
)

// FunctionError is what a function that failed answered.
type FunctionError struct {
	Type        string `json:"errorType"`
	Message     string `json:"errorMessage"`
	OutOfMemory bool
	TimedOut    bool
	Crashed     bool // Lambda initialises the sandbox anew
}

// outOfMemoryTypes are the error types that say it plainly: Lambda's own, Java's, Python's, .NET's.
var outOfMemoryTypes = []string{"Runtime.OutOfMemory", "java.lang.OutOfMemoryError", "MemoryError", "OutOfMemoryException"}

// crashTypes are the error types, in an answer or a report, of a runtime or sandbox that has ended.
var crashTypes = []string{"Runtime.ExitError", "Runtime.OutOfMemory", "Runtime.UnhandledPromiseRejection", "Extension.Crash", "Sandbox.Timedout"}

// ParseError reads an error answer. A process that the kernel killed has run out of memory, unless
// the report says that it had not used it up.
func ParseError(body []byte, r Report, memorySize int) FunctionError {
	var a FunctionError
	_ = json.Unmarshal(body, &a) // what is not JSON has neither type nor message
	if a.Type == "" {
		a.Type = r.ErrorType
	}
	killed := strings.Contains(a.Message, "signal: killed") && (r.MaxMemoryUsed == 0 || r.MaxMemoryUsed*10 >= memorySize*9)
	a.OutOfMemory = killed || slices.Contains(outOfMemoryTypes, a.Type) || r.ErrorType == "Runtime.OutOfMemory"
	a.TimedOut = a.Type == "Sandbox.Timedout" || r.Status == "timeout" || strings.Contains(a.Message, "Task timed out after")
	a.Crashed = killed || a.TimedOut || slices.Contains(crashTypes, a.Type) || slices.Contains(crashTypes, r.ErrorType)
	return a
}

// maxReason is how many bytes a size's reason takes in the state; maxMessage is what it quotes of a message.
const (
	MaxReason  = 180
	maxMessage = 150
)

// Reason describes the failure. It holds what the function said of its error, never a payload.
func (a FunctionError) Reason() string {
	text := a.Type
	if a.Message != "" {
		text = strings.TrimPrefix(text+": "+a.Message, ": ")
	}
	text = jsontext.Truncate(text, maxMessage)
	switch {
	case a.OutOfMemory:
		return "out of memory (" + text + ")"
	case a.TimedOut:
		return "timed out (" + text + ")"
	case text == "":
		return "the function failed without saying why"
	}
	return "the function failed (" + text + ")"
}
