package cloud

import (
	"context"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// Clients are what a step calls AWS with, and what it knows of its own Lambda.
type Clients struct {
	Lambda     Lambda
	Logs       Logs
	Objects    Objects
	Executions Executions
	// Attempt names this invocation: the Lambda request id.
	Attempt string
	// MemorySize of this Lambda, in MB: what its time costs.
	MemorySize int
}

// Session is one invocation of one step: its clients and its clock.
type Session struct {
	Clients
	Started  time.Time
	Deadline time.Time
	Retries  int // of the task, before this invocation
}

// Begin starts the clock of an invocation and the pace of its calls. Without a deadline of the context it lasts
// as long as a step may.
func Begin(ctx context.Context, c Clients, retries int) *Session {
	s := &Session{Clients: c, Started: time.Now(), Retries: retries}
	if deadline, ok := ctx.Deadline(); ok {
		s.Deadline = deadline
	} else {
		s.Deadline = s.Started.Add(timing.StepTimeout)
	}
	if len(s.Attempt) > run.MaxAttempt {
		s.Attempt = s.Attempt[:run.MaxAttempt]
	}
	s.Lambda = &rateLimited{Lambda: c.Lambda}
	return s
}

// Remaining returns how long the invocation may still last.
func (s *Session) Remaining() time.Duration { return time.Until(s.Deadline) }
