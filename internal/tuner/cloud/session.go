package cloud

import (
	"context"
	"io"
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
	Metrics    Metrics
	Results    Results
	// Log is this Lambda's log: lines in the embedded metric format become metrics.
	Log io.Writer
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
	// RunEnds is when nothing may be published any more, so that the run has time to end; zero if nobody says.
	RunEnds time.Time
	Retries int // of the task, before this invocation
	// Patience is for how long an invocation is waited for that may still change a function. Default: until it has
	// ended for certain.
	Patience time.Duration
	calls    *bucket
}

// Begin starts the clock of an invocation; its calls go on at the pace of the step before, if there was one.
// Without a deadline of the context it lasts as long as a step may.
func Begin(ctx context.Context, c Clients, e run.Event) *Session {
	s := &Session{Clients: c, Started: time.Now(), Retries: e.Retries, calls: newBucket(nil)}
	if e.State != nil {
		s.calls = newBucket(e.State.Pace)
	}
	if deadline, ok := ctx.Deadline(); ok {
		s.Deadline = deadline
	} else {
		s.Deadline = s.Started.Add(timing.StepTimeout)
	}
	if len(s.Attempt) > run.MaxAttempt {
		s.Attempt = s.Attempt[:run.MaxAttempt]
	}
	s.Lambda = &paced{c.Lambda, s.calls}
	return s
}

// Pace is what the next step's calls go on with.
func (s *Session) Pace() *run.Pace { return s.calls.pace() }

// RunLasts reports whether the run has so much time left.
func (s *Session) RunLasts(d time.Duration) bool {
	return s.RunEnds.IsZero() || time.Until(s.RunEnds) >= d
}

// SparesCalls reports whether calls that nobody waits for may be made.
func (s *Session) SparesCalls() bool { return s.calls.pace().Tokens >= callsAtOnce/2 }

// Remaining returns how long the invocation may still last.
func (s *Session) Remaining() time.Duration { return time.Until(s.Deadline) }
