package tuner

import (
	"context"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/bounds"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Steps are the steps of the state machine. Each exported method apart from Run is one of them, and a call is one
// invocation of its Lambda function: it takes what the state machine hands it and returns what the next step gets. All
// of them may be called again with the same Event, even while an earlier call still runs. The context's deadline is the
// Lambda function's own.
type Steps struct {
	cloud.Clients
}

// attempt is one invocation of one step.
type attempt struct {
	*cloud.Session
	asking   chan struct{}            // capacity 1: filled while an account is asked for, and how busy it was
	accounts map[string]cloud.Account // by region
	busy     map[string]int           // the most invocations at once, by region
}

// begin starts the clock of an invocation and the pace of its calls.
func (s Steps) begin(ctx context.Context, e run.Event) *attempt {
	return &attempt{Session: cloud.Begin(ctx, s.Clients, e), asking: make(chan struct{}, 1), accounts: map[string]cloud.Account{}, busy: map[string]int{}}
}

// count adds this invocation's time, its transitions and the events of the history to the totals, and hands the
// pace of its calls on.
func (a *attempt) count(s *run.State, transitions int) {
	s.Counts.Transitions += transitions + a.Retries
	s.Counts.Events += bounds.EventsOf(transitions, a.Retries)
	s.Pace = a.Pace()
	s.Counts.StepGBSeconds += time.Since(a.Started).Seconds() * float64(a.MemorySize) / 1024
}
