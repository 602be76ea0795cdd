package measure

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/tally"
	"github.com/dualarch/dualarch/tuning"
)

// call is what a lane knows before it invokes.
type call struct {
	firstOfLane    bool
	firstOfVersion bool
	*sandbox
}

// sandbox is a lane's present one. No other lane sees it.
type sandbox struct {
	id      int
	crashed bool // in its last invocation: Lambda initialises it within the next one
}

// sample takes one sample, with the processors around it. It reports false if the lane has to end.
func (m *measuring) sample(ctx context.Context, v *tally.Version, number int, c call) bool {
	release, ok := m.reserveMemory(ctx, v, number)
	if !ok {
		return false
	}
	defer release()
	payload := m.order[number%len(m.order)]
	body := []byte(m.in.Payloads[payload].Body)
	if m.in.PreProcessorARN != "" {
		out, ok := m.process(ctx, v, number, "preprocessor", m.in.PreProcessorARN, body)
		if !ok || !m.tally.CanWait(v, number, m.Remaining()) {
			return false
		}
		m.tally.Prepared(int64(len(out)))
		if len(out) > 0 {
			body = out
		}
	}
	answer, elapsed, ok := m.invoke(ctx, v, number, body)
	if !ok {
		return false
	}
	t := tally.Taken{RequestID: answer.RequestID, At: time.Now().Add(-elapsed), Elapsed: elapsed, Sample: tuning.Sample{
		Configuration: v.Configuration, Payload: payload, Confirming: m.confirming,
	}}
	t.Init = report.Initialised(answer.LogTail, answer.RequestID)
	if v.Lanes > 1 {
		t.Doubtful = m.tally.HasCrashed(v)
	} else if c.crashed {
		t.Init = report.AfterCrash
	}
	t.Cold = c.firstOfVersion || t.Init != report.InReport
	if v.AtOnce && !v.Resumed {
		t.Cold = t.Cold || c.firstOfLane // also where Lambda made its sandbox ready before it was asked for
	}
	r, found := report.Parse(answer.LogTail, answer.RequestID)
	if found && !r.Within(elapsed) {
		m.tally.Disbelieve(v)
		r, found = report.Report{}, false
	}
	if found {
		t.Use(r, tuning.LogTail)
	} else {
		t.Source = tuning.ClientClock
		t.Duration = float64(elapsed) / float64(time.Millisecond)
		t.BilledDuration = math.Ceil(t.Duration)
		t.Cold = t.Cold || c.firstOfLane && !v.Resumed
	}
	if m.in.PostProcessorARN != "" {
		if _, ok := m.process(ctx, v, number, "postprocessor", m.in.PostProcessorARN, answer.Payload); !ok {
			m.tally.Drop(v, t, false)
			return false
		}
	}
	c.crashed = false
	if answer.FunctionError != "" {
		problem := report.ParseError(answer.Payload, r, v.MemorySize)
		c.crashed = problem.Crashed
		m.tally.Crash(v, problem.Crashed)
		if !slices.Contains(m.in.AllowedExceptions, problem.Type) {
			m.tally.Drop(v, t, problem.TimedOut)
			m.tally.Fail(tuning.Failure{Configuration: v.Configuration, Reason: m.reason(problem), OutOfMemory: problem.OutOfMemory, TimedOut: problem.TimedOut})
			return false
		}
		t.Failed = true
	} else {
		m.responses.Add(v.Architecture, payload, answer.Payload)
	}
	c.id = m.tally.Keep(v, number, t, c.id)
	return true
}

// reason returns the failure in words; with disablePayloadLogs without the message, in which functions quote what they
// were given.
func (m *measuring) reason(e report.FunctionError) string {
	if m.in.DisablePayloadLogs {
		e.Message = ""
	}
	return e.Reason()
}
