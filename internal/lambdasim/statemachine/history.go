package statemachine

import "time"

// Event is an entry of an execution's history. Which of the texts it has depends on its type.
type Event struct {
	ID, PreviousID int64
	Time           time.Time
	// Type is AWS's name: ExecutionStarted, TaskStateEntered, LambdaFunctionSucceeded …
	Type string

	Name     string // of the state
	Resource string // of what was called
	Input    string // JSON
	Output   string // JSON
	Error    string
	Cause    string
}

// maxEvents is how long a history can be.
const maxEvents = 25_000

// record adds an event; it returns an error once the history is full.
func (e *Execution) record(event Event) *Error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.status != Running {
		return nil // what comes after the end is not part of the history
	}
	if len(e.history) >= maxEvents-1 { // the last one says that it has failed
		return runtimeError("The execution reached the maximum number of history events (%d).", maxEvents)
	}
	e.append(event)
	return nil
}

// append adds an event; it is called with mu held.
func (e *Execution) append(event Event) {
	event.ID, event.PreviousID, event.Time = int64(len(e.history)+1), int64(len(e.history)), time.Now()
	e.history = append(e.history, event)
}

// History returns the events so far.
func (e *Execution) History() []Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Event{}, e.history...)
}
