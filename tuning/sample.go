package tuning

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
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
	if m.in.PostProcessorARN != "" {
		if _, ok := m.process(ctx, v, number, "postprocessor", m.in.PostProcessorARN, answer.Payload); !ok {
			return false
		}
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
			m.warnings = append(m.warnings, fmt.Sprintf("Lambda replaced a sandbox of %s at %d MB while the winner was being confirmed", v.Architecture, v.MemorySize))
		}
		v.ColdStarts++
		*c.sandbox = v.sandboxID(m.round)
	}
	t.Sandbox = *c.sandbox
	v.taken = append(v.taken, t)
	if m.warmOnly && t.Cold && v.extras < max(v.lanes, v.Measured+len(v.pending)+1) {
		v.extras++
		m.putBack(v, number, false)
		return
	}
	v.Measured++
}

// errorAnswer is what a function that failed answered.
type errorAnswer struct {
	Type        string `json:"errorType"`
	Message     string `json:"errorMessage"`
	outOfMemory bool
	timedOut    bool
}

// outOfMemoryTypes are the error types that say it plainly: Lambda's own, Java's, Python's, .NET's.
var outOfMemoryTypes = []string{"Runtime.OutOfMemory", "java.lang.OutOfMemoryError", "MemoryError", "OutOfMemoryException"}

// functionError reads an error answer. A process that the kernel killed has run out of memory, unless
// the report says that it had not used it up.
func functionError(body []byte, r Report, memorySize int) errorAnswer {
	var a errorAnswer
	_ = json.Unmarshal(body, &a) // what is not JSON has neither type nor message
	if a.Type == "" {
		a.Type = r.ErrorType
	}
	killed := strings.Contains(a.Message, "signal: killed") && (r.MaxMemoryUsed == 0 || r.MaxMemoryUsed*10 >= memorySize*9)
	a.outOfMemory = killed || slices.Contains(outOfMemoryTypes, a.Type) || r.ErrorType == "Runtime.OutOfMemory"
	a.timedOut = a.Type == "Sandbox.Timedout" || r.Status == "timeout" || strings.Contains(a.Message, "Task timed out after")
	return a
}

// reason is the failure in words; with disablePayloadLogs without the message, since functions quote there
// what they were given.
func (m *measuring) reason(a errorAnswer) string {
	if m.in.DisablePayloadLogs {
		a.Message = ""
	}
	return a.reason()
}

// maxReason is how many bytes a size's reason takes in the state; maxMessage is what it quotes of a message.
const (
	maxReason  = 180
	maxMessage = 150
)

// reason is the failure in words. It holds what the function said of its error, never a payload.
func (a errorAnswer) reason() string {
	text := a.Type
	if a.Message != "" {
		text = strings.TrimPrefix(text+": "+a.Message, ": ")
	}
	text = bounded(text, maxMessage)
	switch {
	case a.outOfMemory:
		return "out of memory (" + text + ")"
	case a.timedOut:
		return "timed out (" + text + ")"
	case text == "":
		return "the function failed without saying why"
	}
	return "the function failed (" + text + ")"
}

// invoke calls the version until an answer comes. It reports false where the lane has to end: the
// sample is put back, or the configuration has failed, or the run has.
func (m *measuring) invoke(ctx context.Context, v *progress, number int, body []byte) (Invocation, time.Duration, bool) {
	for try := 0; ; try++ {
		whole := m.remaining() >= v.budget()+reserve
		callCtx, cancel := context.WithDeadline(ctx, m.deadline.Add(-reserve/2))
		start := time.Now()
		answer, err := m.Lambda.Invoke(callCtx, v.target.Function, v.Version, body)
		elapsed := time.Since(start)
		cut := callCtx.Err() != nil
		cancel()
		switch {
		case err == nil:
			m.answered(v, elapsed, int64(len(answer.Payload)))
			return answer, elapsed, true
		case ctx.Err() != nil:
			return Invocation{}, 0, false
		case cut && whole:
			m.unheard(v, elapsed, true)
			m.fail(explore.Failure{
				Configuration: v.Configuration, TimedOut: true,
				Reason: fmt.Sprintf("it takes longer than the %d minutes that an invocation can be waited for", longest/time.Minute),
			})
			return Invocation{}, 0, false
		case cut:
			m.answered(v, elapsed, 0)
			m.unheard(v, elapsed, true)
			m.cutOff(v)
			m.later(v, number)
			return Invocation{}, 0, false
		case errors.Is(err, ErrNotFound):
			m.abort(problem(Cancelled, "version %s of %s is gone: the run was cancelled", v.Version, v.target.Function))
			return Invocation{}, 0, false
		case errors.Is(err, ErrDenied):
			m.abort(fmt.Errorf("invoking %s:%s: %w", v.target.Function, v.Version, err))
			return Invocation{}, 0, false
		}
		if errors.Is(err, ErrUnknown) {
			m.unheard(v, elapsed, false)
		}
		if !m.retry(v, err) {
			return Invocation{}, 0, false
		}
		wait := pause(try)
		if m.remaining()-wait < reserve+time.Second {
			m.later(v, number)
			return Invocation{}, 0, false
		}
		if sleep(ctx, wait) != nil {
			return Invocation{}, 0, false
		}
		m.mu.Lock()
		enough := m.enoughTime(v)
		m.mu.Unlock()
		if !enough {
			m.later(v, number)
			return Invocation{}, 0, false
		}
	}
}

// A version none of whose invocations is answered any more ends the run: that is Lambda or the network,
// not a memory size that is too small. An answer that takes minutes to get lost is asked for three times.
const (
	maxLost     = 3
	maxLostTime = 5 * time.Minute
)

// retry counts a failed call and says whether it is worth another one; if not, it takes the configuration
// out of the run or ends that. What was throttled or not ready was not executed. A lost answer may have
// been, and is then measured twice.
func (m *measuring) retry(v *progress, err error) bool {
	switch {
	case errors.Is(err, ErrThrottled):
		m.throttle(v.Configuration)
	case errors.Is(err, ErrNotReady), errors.Is(err, ErrConflict):
	case errors.Is(err, ErrUnknown):
		if since := m.lose(v); since >= maxLostTime {
			m.abort(&Problem{Kind: NothingMeasured, Err: err, Text: fmt.Sprintf("no invocation of %s at %d MB was answered in %s", v.Architecture, v.MemorySize, since.Round(time.Second))})
			return false
		}
	default:
		m.fail(explore.Failure{Configuration: v.Configuration, Reason: err.Error()})
		return false
	}
	return true
}

// lose counts a lost answer. Where it is one of several in a row it says how long ago the first was.
func (m *measuring) lose(v *progress) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counts.Invocations++
	m.counts.PossiblyDuplicated++
	if v.lost == 0 {
		v.lostSince = time.Now()
	}
	v.lost++
	v.calls++
	if v.lost < maxLost {
		return 0
	}
	return time.Since(v.lostSince)
}

// throttle counts a throttled invocation of the configuration.
func (m *measuring) throttle(c explore.Configuration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counts.Throttles++
	i := slices.IndexFunc(m.throttled, func(t Throttled) bool { return t.Configuration == c })
	if i < 0 {
		i, m.throttled = len(m.throttled), append(m.throttled, Throttled{Configuration: c})
	}
	m.throttled[i].Count++
}

// answered counts an invocation: how long it took and, in bytes, its answer.
func (m *measuring) answered(v *progress, elapsed time.Duration, size int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counts.Invocations++
	v.lost = 0
	if size > 0 {
		m.answers[v.Architecture] = max(m.answers[v.Architecture], size)
	}
	v.Slowest = max(v.Slowest, float64(elapsed)/float64(time.Millisecond))
}

// cutOff counts an invocation that did not fit into the step's time and is done again. A slow one is cut
// off sooner than a quick one, which a mean cannot show.
func (m *measuring) cutOff(v *progress) {
	m.duplicated()
	m.mu.Lock()
	defer m.mu.Unlock()
	text := fmt.Sprintf("an invocation of %s at %d MB was cut off at a step's end and done again: slow ones are, so that its mean may be too low", v.Architecture, v.MemorySize)
	if !slices.Contains(m.warnings, text) {
		m.warnings = append(m.warnings, text)
	}
}

// later leaves a sample to the next call of Measure.
func (m *measuring) later(v *progress, number int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.putBack(v, number, true)
}
