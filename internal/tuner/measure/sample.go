package measure

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// call is what a lane knows before it invokes.
type call struct {
	firstOfLane    bool
	firstOfVersion bool
	resumed        bool // the version was invoked in an earlier call of Measure
	*sandbox
}

// sandbox is a lane's present one.
type sandbox struct {
	id      int
	crashed bool // in its last invocation: Lambda initialises it within the next one
}

// sample takes one sample, with the processors around it. It reports false where the lane has to end.
func (m *measuring) sample(ctx context.Context, v *progress, number int, c call) bool {
	leave, ok := m.reserveMemory(ctx, v, number)
	if !ok {
		return false
	}
	defer leave()
	payload := m.order[number%len(m.order)]
	body := []byte(m.in.Payloads[payload].Body)
	if m.in.PreProcessorARN != "" {
		out, ok := m.process(ctx, v, number, "preprocessor", m.in.PreProcessorARN, body)
		if !ok || !m.stillTime(v, number) {
			return false
		}
		if len(out) > 0 {
			body = out
		}
	}
	answer, elapsed, ok := m.invoke(ctx, v, number, body)
	if !ok {
		return false
	}
	t := taken{requestID: answer.RequestID, at: time.Now().Add(-elapsed), elapsed: elapsed, Sample: tuning.Sample{
		Configuration: v.Configuration, Payload: payload, Confirming: m.round.Phase == run.PhaseConfirm,
	}}
	t.init = report.Initialised(answer.LogTail, answer.RequestID)
	if v.lanes > 1 {
		t.doubtful = m.hasCrashed(v)
	} else if c.crashed {
		t.init = report.AfterCrash
	}
	t.Cold = c.firstOfVersion || t.init != report.InReport
	r, found := report.Parse(answer.LogTail, answer.RequestID)
	if found {
		t.use(r, tuning.LogTail)
	} else {
		t.Source = tuning.ClientClock
		t.Duration = float64(elapsed) / float64(time.Millisecond)
		t.BilledDuration = math.Ceil(t.Duration)
		t.Cold = t.Cold || c.firstOfLane && !c.resumed
	}
	if m.in.PostProcessorARN != "" {
		if _, ok := m.process(ctx, v, number, "postprocessor", m.in.PostProcessorARN, answer.Payload); !ok {
			m.unused(v, t)
			return false
		}
	}
	if answer.FunctionError != "" {
		problem := report.ParseError(answer.Payload, r, v.MemorySize)
		m.crash(v, c.sandbox, problem.Crashed)
		if !slices.Contains(m.in.AllowedExceptions, problem.Type) {
			m.failed(v, t, problem)
			return false
		}
		t.Failed = true
	} else {
		m.crash(v, c.sandbox, false)
		m.responses.Add(v.Architecture, payload, answer.Payload)
	}
	m.keep(v, number, t, c)
	return true
}

// crash notes whether a sandbox's invocation has crashed.
func (m *measuring) crash(v *progress, b *sandbox, crashed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b.crashed, v.crashed = crashed, v.crashed || crashed
}

// hasCrashed reports whether an invocation of the version has.
func (m *measuring) hasCrashed(v *progress) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return v.crashed
}

// use takes a platform report's word for a sample. What was known to be cold stays so.
func (t *taken) use(r report.Report, from tuning.Source) {
	t.Source = from
	t.Duration, t.BilledDuration, t.MaxMemoryUsed = r.Duration, r.BilledDuration, r.MaxMemoryUsed
	t.InitDuration, t.RestoreDuration, t.BilledRestoreDuration = r.InitDuration, r.RestoreDuration, r.BilledRestoreDuration
	if took := t.Total() + report.InitLimit - report.InitTolerance; float64(t.elapsed)/float64(time.Millisecond) >= took && t.init == report.InReport {
		t.init = report.AfterTimeout
	}
	t.Cold = t.Cold || r.InitDuration > 0 || r.RestoreDuration > 0 || t.init != report.InReport
}

// keep adds a sample to its version. A cold one comes on top where only warm ones count; but not for
// ever: a function that answers cold each time is measured as it is.
func (m *measuring) keep(v *progress, number int, t taken, c call) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if t.Cold {
		if v.ColdStarts > 0 && t.Confirming && v.lanes == 1 {
			m.warn("Lambda replaced a sandbox of %s at %d MB while the winner was being confirmed", v.Architecture, v.MemorySize)
		}
		v.ColdStarts++
		c.id = v.sandboxID(m.round)
	}
	t.Sandbox = c.id
	v.taken = append(v.taken, t)
	if m.warmOnly && t.Cold && v.ColdStarts <= max(v.lanes, v.Measured+len(v.pending)+1) {
		m.requeue(v, number, false)
		return
	}
	v.Measured++
}
