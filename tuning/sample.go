package tuning

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/dualarch/dualarch/tuning/explore"
)

// call is what a lane knows before it invokes.
type call struct {
	firstOfLane    bool
	firstOfVersion bool
	resumed        bool // the version was invoked in an earlier call of Measure
	sandbox        *int // the lane's present sandbox
}

// sample takes one sample, with the processors around it. It reports false where the lane has to end.
func (m *measuring) sample(ctx context.Context, v *progress, number int, c call) bool {
	leave, ok := m.room(ctx, v, number)
	if !ok {
		return false
	}
	defer leave()
	payload := m.order[number%len(m.order)]
	body := []byte(m.in.Payloads[payload].Body)
	if m.in.PreProcessorARN != "" {
		out, ok := m.process(ctx, v, number, "preprocessor", m.in.PreProcessorARN, body)
		if !ok {
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
	t := taken{requestID: answer.RequestID, at: time.Now().Add(-elapsed), Sample: explore.Sample{
		Configuration: v.Configuration, Payload: payload, Confirming: m.round.Phase == PhaseConfirm,
	}}
	t.Cold = c.firstOfVersion
	report, found := ParseReport(answer.LogTail, answer.RequestID)
	if found {
		t.use(report, explore.LogTail)
	} else {
		t.Source = explore.ClientClock
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
		problem := functionError(answer.Payload, report, v.MemorySize)
		if !slices.Contains(m.in.AllowedExceptions, problem.Type) {
			m.failed(v, t, problem)
			return false
		}
		t.Failed = true
	} else {
		m.responses.Add(v.Architecture, payload, answer.Payload)
	}
	m.keep(v, number, t, c)
	return true
}

// use takes a platform report's word for a sample. What was known to be cold stays so.
func (t *taken) use(r Report, from explore.Source) {
	t.Source = from
	t.Duration, t.BilledDuration, t.MaxMemoryUsed = r.Duration, r.BilledDuration, r.MaxMemoryUsed
	t.InitDuration, t.RestoreDuration, t.BilledRestoreDuration = r.InitDuration, r.RestoreDuration, r.BilledRestoreDuration
	t.Cold = t.Cold || r.InitDuration > 0 || r.RestoreDuration > 0
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
		*c.sandbox = v.sandboxID(m.round)
	}
	t.Sandbox = *c.sandbox
	v.taken = append(v.taken, t)
	if m.warmOnly && t.Cold && v.ColdStarts <= max(v.lanes, v.Measured+len(v.pending)+1) {
		m.putBack(v, number, false)
		return
	}
	v.Measured++
}
