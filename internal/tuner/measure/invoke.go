package measure

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/tally"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

// invoke calls the version until an answer comes. It reports false if the lane has to end: the sample is left to the
// next Measure call, or the configuration has failed, or the run has.
func (m *measuring) invoke(ctx context.Context, v *tally.Version, number int, body []byte) (cloud.Invocation, time.Duration, bool) {
	for try, paid := m.tally.LostInARow(v), false; ; try++ {
		if paid = paid || m.tally.Spend(v, number); !paid {
			return cloud.Invocation{}, 0, false
		}
		whole := m.Remaining() >= v.Longest+timing.Reserve
		callCtx, cancel := context.WithDeadline(ctx, m.Deadline.Add(-timing.Reserve/2))
		start, width := time.Now(), m.slots[v.Architecture].now()
		answer, err := m.Lambda.Invoke(callCtx, v.Target.Function, v.Number, v.Tenant, body)
		elapsed := time.Since(start)
		cut := callCtx.Err() != nil
		cancel()
		switch {
		case err == nil:
			m.tally.Answered(v, elapsed, int64(len(answer.Payload)))
			return answer, elapsed, true
		case ctx.Err() != nil:
			return cloud.Invocation{}, 0, false
		case cut && whole:
			m.tally.Unanswered(v, elapsed, true)
			m.tally.Fail(tuning.Failure{Configuration: v.Configuration, TimedOut: true, Reason: m.outlasted(v, elapsed)})
			return cloud.Invocation{}, 0, false
		case cut:
			m.tally.Answered(v, elapsed, 0)
			m.tally.Unanswered(v, elapsed, true)
			m.tally.CutOff(v)
			m.tally.Later(v, number)
			return cloud.Invocation{}, 0, false
		case errors.Is(err, cloud.ErrNotFound):
			m.abort(run.Problemf(run.Cancelled, "version %s of %s is gone: the function was put back, or somebody deleted it; start a new execution", v.Number, v.Target.Function))
			return cloud.Invocation{}, 0, false
		case errors.Is(err, cloud.ErrDenied):
			m.abort(fmt.Errorf("invoking %s:%s: %w", v.Target.Function, v.Number, err))
			return cloud.Invocation{}, 0, false
		}
		if errors.Is(err, cloud.ErrUnknown) {
			m.tally.Unanswered(v, elapsed, false)
			paid = false
		}
		if errors.Is(err, cloud.ErrThrottled) {
			m.slots[v.Architecture].narrow(width)
		}
		if !m.retry(v, try, err) {
			return cloud.Invocation{}, 0, false
		}
		wait := cloud.Pause(try)
		if m.Remaining()-wait < timing.Reserve+time.Second {
			m.tally.Later(v, number)
			return cloud.Invocation{}, 0, false
		}
		if clock.Sleep(ctx, wait) != nil || m.tally.Out(v.Configuration) {
			return cloud.Invocation{}, 0, false // another lane has found it out meanwhile
		}
		if !m.tally.EnoughTime(v, m.Remaining()) {
			m.tally.Later(v, number)
			return cloud.Invocation{}, 0, false
		}
	}
}

// outlasted says what an invocation took longer than.
func (m *measuring) outlasted(v *tally.Version, elapsed time.Duration) string {
	if left := m.in.RunLeft; left > 0 && left < m.in.Wait() {
		return fmt.Sprintf("an invocation was not back after %s, when the run's time ended", elapsed.Round(time.Second))
	}
	if promised := m.in.LongestInvocation; promised > 0 && promised < v.Target.TimeoutDuration() {
		return fmt.Sprintf("an invocation was not back after %s, and longestInvocationSeconds is %d", elapsed.Round(time.Second), int(promised.Seconds()))
	}
	return fmt.Sprintf("it takes longer than the %d minutes that an invocation can be waited for", m.in.Wait()/time.Minute)
}

// maxLostTime is how long the answers of a version may be lost in a row before that ends the run: it is then Lambda or the
// network, not a memory size that is too small.
const maxLostTime = 5 * time.Minute

// retry counts a failed call, the nth of a sample from 0, and reports whether to make another one; if not, it takes the
// configuration out of the run or ends the run. What was throttled, not ready or refused was not executed. What a lost
// answer belongs to may have been, and is then measured twice.
func (m *measuring) retry(v *tally.Version, try int, err error) bool {
	switch {
	case errors.Is(err, cloud.ErrThrottled):
		m.tally.Throttle(v.Configuration)
	case errors.Is(err, cloud.ErrNotReady):
		m.tally.Refuse(wordsOf(err))
	case errors.Is(err, cloud.ErrDoubtful) && !cloud.RefusedForGood(try, err):
		m.tally.Refuse(wordsOf(err))
	case errors.Is(err, cloud.ErrUnknown):
		if since := m.tally.Lose(v); since >= maxLostTime {
			m.abort(&run.Problem{Kind: run.NothingMeasured, Err: err, Text: fmt.Sprintf("no invocation of %s at %d MB was answered in %s", v.Architecture, v.MemorySize, since.Round(time.Second))})
			return false
		}
	default:
		m.tally.Fail(tuning.Failure{Configuration: v.Configuration, Reason: wordsOf(err)})
		return false
	}
	return true
}

// wordsOf returns AWS's own words of a refusal: its name and its message.
func wordsOf(err error) string {
	text := err.Error()
	for _, kind := range []error{cloud.ErrNotReady, cloud.ErrDoubtful} {
		text = strings.TrimPrefix(text, kind.Error()+": ")
	}
	return text
}
