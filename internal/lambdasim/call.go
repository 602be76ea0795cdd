package lambdasim

import (
	"time"

	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

// Call is an API call that has arrived and has not been done yet.
type Call struct {
	// Number counts all calls of the Simulator's life, from 1.
	Number int
	// Operation is the API's name for it: Invoke, PublishVersion, FilterLogEvents …
	Operation string
	// Function is the function's name, Qualifier the version or alias asked for; both empty for
	// calls that are about no function.
	Function, Qualifier string
	// Alias is the one in the path of GetAlias, UpdateAlias and DeleteAlias.
	Alias string
	// Resource is what IAM would check the caller's permission on: an ARN, or *.
	Resource string
	Body     []byte
	// Task is the running step that made the call; nil for calls from elsewhere.
	Task *statemachine.Task
}

// Writes reports whether the call changes a function, a version or an alias.
func (c Call) Writes() bool {
	switch c.Operation {
	case "UpdateFunctionConfiguration", "PublishVersion", "DeleteFunction", "CreateAlias", "UpdateAlias", "DeleteAlias":
		return true
	}
	return false
}

// Kill says when a fault kills the step that made the call.
type Kill int

// Moments of a kill.
const (
	NoKill     Kill = iota
	KillBefore      // the call has no effect
	KillAfter       // the call has taken effect, its step never hears of it
)

// Fault is what goes wrong with a call. Its parts combine: an Err after a Delay, a Lost response
// after which a deployment lands.
type Fault struct {
	// Delay holds the call back before it has any effect, in virtual time.
	Delay time.Duration
	// Err is answered instead of doing the call.
	Err *APIError
	// Lost does the call and closes the connection instead of answering.
	Lost bool
	// Kill ends the step that made the call, as a crash of its Lambda would.
	Kill Kill
	// Body is what goes wrong with a download's body.
	Body BodyFault
	// After runs once the call has taken effect, before it is answered.
	After func()
}

// OnCall has every call ask decide what goes wrong with it; nil means nothing. decide runs outside of
// any lock, before the call has an effect: it may act as somebody else on the Simulator (a deployment
// that lands between two calls) or on an execution (StopExecution while its step goes on).
func (s *Simulator) OnCall(decide func(Call) *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onCall = decide
}

// arrive numbers a call and asks what goes wrong with it.
func (s *Simulator) arrive(req *request) Fault {
	s.mu.Lock()
	s.calls++
	req.Number = s.calls
	req.requestID = s.newID()
	decide := s.onCall
	s.mu.Unlock()
	if decide != nil {
		if fault := decide(req.Call); fault != nil {
			return *fault
		}
	}
	return Fault{}
}
