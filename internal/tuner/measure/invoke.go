package measure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/jsontext"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

// invoke calls the version until an answer comes. It reports false where the lane has to end: the
// sample is put back, or the configuration has failed, or the run has.
func (m *measuring) invoke(ctx context.Context, v *progress, number int, body []byte) (cloud.Invocation, time.Duration, bool) {
	for try, paid := m.lostBefore(v), false; ; try++ {
		if paid = paid || m.spend(v, number); !paid {
			return cloud.Invocation{}, 0, false
		}
		whole := m.Remaining() >= v.longest+timing.Reserve
		callCtx, cancel := context.WithDeadline(ctx, m.Deadline.Add(-timing.Reserve/2))
		start := time.Now()
		answer, err := m.Lambda.Invoke(callCtx, v.target.Function, v.Version, v.tenant, body)
		elapsed := time.Since(start)
		cut := callCtx.Err() != nil
		cancel()
		switch {
		case err == nil:
			m.answered(v, elapsed, int64(len(answer.Payload)))
			return answer, elapsed, true
		case ctx.Err() != nil:
			return cloud.Invocation{}, 0, false
		case cut && whole:
			m.unheard(v, elapsed, true)
			m.fail(tuning.Failure{Configuration: v.Configuration, TimedOut: true, Reason: m.outlasted(v, elapsed)})
			return cloud.Invocation{}, 0, false
		case cut:
			m.answered(v, elapsed, 0)
			m.unheard(v, elapsed, true)
			m.cutOff(v)
			m.later(v, number)
			return cloud.Invocation{}, 0, false
		case errors.Is(err, cloud.ErrNotFound):
			m.abort(run.Problemf(run.Cancelled, "version %s of %s is gone: the run was cancelled", v.Version, v.target.Function))
			return cloud.Invocation{}, 0, false
		case errors.Is(err, cloud.ErrDenied):
			m.abort(fmt.Errorf("invoking %s:%s: %w", v.target.Function, v.Version, err))
			return cloud.Invocation{}, 0, false
		}
		if errors.Is(err, cloud.ErrUnknown) {
			m.unheard(v, elapsed, false)
			paid = false
		}
		if !m.retry(v, try, err) {
			return cloud.Invocation{}, 0, false
		}
		wait := cloud.Pause(try)
		if m.Remaining()-wait < timing.Reserve+time.Second {
			m.later(v, number)
			return cloud.Invocation{}, 0, false
		}
		if cloud.Sleep(ctx, wait) != nil {
			return cloud.Invocation{}, 0, false
		}
		m.mu.Lock()
		enough := m.enoughTime(v)
		m.mu.Unlock()
		if !enough {
			m.later(v, number)
			return cloud.Invocation{}, 0, false
		}
	}
}

// outlasted says what an invocation took longer than.
func (m *measuring) outlasted(v *progress, elapsed time.Duration) string {
	if promised := m.in.LongestInvocation; promised > 0 && promised < time.Duration(v.target.Timeout)*time.Second {
		return fmt.Sprintf("an invocation was not back after %s, and longestInvocationSeconds is %d", elapsed.Round(time.Second), int(promised.Seconds()))
	}
	return fmt.Sprintf("it takes longer than the %d minutes that an invocation can be waited for", m.in.Wait()/time.Minute)
}

// A version none of whose invocations is answered any more ends the run: that is Lambda or the network,
// not a memory size that is too small. An answer that takes minutes to get lost is asked for three times.
const (
	maxLost     = 3
	maxLostTime = 5 * time.Minute
)

// retry counts a failed call, the nth of a sample from 0, and says whether it is worth another one; if not, it
// takes the configuration out of the run or ends that. What was throttled, not ready or refused was not
// executed. A lost answer may have been, and is then measured twice.
func (m *measuring) retry(v *progress, try int, err error) bool {
	switch {
	case errors.Is(err, cloud.ErrThrottled):
		m.throttle(v.Configuration)
	case errors.Is(err, cloud.ErrNotReady):
		m.refuse(err)
	case errors.Is(err, cloud.ErrDoubtful) && !cloud.RefusedForGood(try, err):
		m.refuse(err)
	case errors.Is(err, cloud.ErrUnknown):
		if since := m.lose(v); since >= maxLostTime {
			m.abort(&run.Problem{Kind: run.NothingMeasured, Err: err, Text: fmt.Sprintf("no invocation of %s at %d MB was answered in %s", v.Architecture, v.MemorySize, since.Round(time.Second))})
			return false
		}
	default:
		m.fail(tuning.Failure{Configuration: v.Configuration, Reason: wordsOf(err)})
		return false
	}
	return true
}

// wordsOf are AWS's own words of a refusal: its name and what it says.
func wordsOf(err error) string {
	text := err.Error()
	for _, kind := range []error{cloud.ErrNotReady, cloud.ErrDoubtful} {
		text = strings.TrimPrefix(text, kind.Error()+": ")
	}
	return text
}

// refuse notes why nothing was executed, for the case that nothing ever is.
func (m *measuring) refuse(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refused = jsontext.Truncate(wordsOf(err), report.MaxReason)
}

// lose counts a lost answer. Where it is one of several in a row it says how long ago the first was.
func (m *measuring) lose(v *progress) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counts.Invocations++
	m.counts.PossiblyDuplicated++
	if v.lostSince.IsZero() {
		v.lostSince = time.Now()
	}
	v.Lost++
	v.calls++
	if v.Lost < maxLost {
		return 0
	}
	return time.Since(v.lostSince)
}

// lostBefore is how many answers of the version were lost in a row: an outage is not to be met with as many
// quick tries as there are samples and calls of Measure.
func (m *measuring) lostBefore(v *progress) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return v.Lost
}

// throttle counts a throttled invocation of the configuration.
func (m *measuring) throttle(c tuning.Configuration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counts.Throttles++
	i := slices.IndexFunc(m.throttled, func(t run.Throttled) bool { return t.Configuration == c })
	if i < 0 {
		i, m.throttled = len(m.throttled), append(m.throttled, run.Throttled{Configuration: c})
	}
	m.throttled[i].Count++
}

// answered counts an invocation: how long it took and, in bytes, its answer.
func (m *measuring) answered(v *progress, elapsed time.Duration, size int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counts.Invocations++
	v.Lost, v.lostSince = 0, time.Time{}
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
	m.warn("an invocation of %s at %d MB was cut off at a step's end and done again: slow ones are, so that its mean may be too low", v.Architecture, v.MemorySize)
}

// later leaves a sample to the next call of Measure.
func (m *measuring) later(v *progress, number int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requeue(v, number, true)
}
