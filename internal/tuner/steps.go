package tuner

import (
	"context"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// Steps are the steps of the state machine that call AWS; Verdict is a function beside them. Each
// method is one invocation of one Lambda: it takes what the state machine hands it and returns what
// the next step gets. All of them may be called again with the same Event, also while an earlier call
// still runs. The context's deadline is the Lambda's own.
type Steps struct {
	Lambda     Lambda
	Logs       Logs
	Objects    Objects
	Executions Executions
	// Attempt names this invocation: the Lambda request id.
	Attempt string
	// MemorySize of this Lambda, in MB: what its time costs.
	MemorySize int
}

// attempt is one invocation of one step.
type attempt struct {
	Steps
	started  time.Time
	deadline time.Time
	retries  int // of the task, before this invocation
}

// begin starts the clock of an invocation and the pace of its calls.
func (s Steps) begin(ctx context.Context, e run.Event) *attempt {
	a := &attempt{Steps: s, started: time.Now(), retries: e.Retries}
	if deadline, ok := ctx.Deadline(); ok {
		a.deadline = deadline
	} else {
		a.deadline = a.started.Add(timing.StepTimeout)
	}
	if len(a.Attempt) > run.MaxAttempt {
		a.Attempt = a.Attempt[:run.MaxAttempt]
	}
	a.Lambda = &rateLimited{Lambda: s.Lambda}
	return a
}

// remaining is how long the invocation may still last.
func (a *attempt) remaining() time.Duration { return time.Until(a.deadline) }

// count adds this invocation's time, its transitions and the events of the history to the totals.
func (a *attempt) count(s *run.State, transitions int) {
	s.Counts.Transitions += transitions + a.retries
	s.Counts.Events += eventsOf(transitions, a.retries)
	s.Counts.StepGBSeconds += time.Since(a.started).Seconds() * float64(a.MemorySize) / 1024
}
