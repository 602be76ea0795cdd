package measure

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

// invoke calls the version until an answer comes. It reports false if the lane has to end: the sample is left to the
// next Measure call, or the configuration has failed, or the run has.
func (m *measuring) invoke(ctx context.Context, v *version, number int, body []byte) (cloud.Invocation, time.Duration, bool) {
	for try, paid := m.tally.lostInARow(v), false; ; try++ {
		if paid = paid || m.tally.spend(v, number); !paid {
			return cloud.Invocation{}, 0, false
		}
		whole := m.Remaining() >= v.longest+timing.Reserve
		callCtx, cancel := context.WithDeadline(ctx, m.Deadline.Add(-timing.Reserve/2))
		start := time.Now()
		answer, err := m.Lambda.Invoke(callCtx, v.target.Function, v.number, v.tenant, body)
		elapsed := time.Since(start)
		cut := callCtx.Err() != nil
		cancel()
		switch {
		case err == nil:
			m.tally.answered(v, elapsed, int64(len(answer.Payload)))
			return answer, elapsed, true
		case ctx.Err() != nil:
			return cloud.Invocation{}, 0, false
		case cut && whole:
			m.tally.unanswered(v, elapsed, true)
			m.tally.fail(tuning.Failure{Configuration: v.Configuration, TimedOut: true, Reason: m.outlasted(v, elapsed)})
			return cloud.Invocation{}, 0, false
		case cut:
			m.tally.answered(v, elapsed, 0)
			m.tally.unanswered(v, elapsed, true)
			m.tally.cutOff(v)
			m.tally.later(v, number)
			return cloud.Invocation{}, 0, false
		case errors.Is(err, cloud.ErrNotFound):
			m.abort(run.Problemf(run.Cancelled, "version %s of %s is gone: the run was cancelled", v.number, v.target.Function))
			return cloud.Invocation{}, 0, false
		case errors.Is(err, cloud.ErrDenied):
			m.abort(fmt.Errorf("invoking %s:%s: %w", v.target.Function, v.number, err))
			return cloud.Invocation{}, 0, false
		}
		if errors.Is(err, cloud.ErrUnknown) {
			m.tally.unanswered(v, elapsed, false)
			paid = false
		}
		if !m.retry(v, try, err) {
			return cloud.Invocation{}, 0, false
		}
		wait := cloud.Pause(try)
		if m.Remaining()-wait < timing.Reserve+time.Second {
			m.tally.later(v, number)
			return cloud.Invocation{}, 0, false
		}
		if cloud.Sleep(ctx, wait) != nil {
			return cloud.Invocation{}, 0, false
		}
		if !m.tally.enoughTime(v, m.Remaining()) {
			m.tally.later(v, number)
			return cloud.Invocation{}, 0, false
		}
	}
}

// outlasted says what an invocation took longer than.
func (m *measuring) outlasted(v *version, elapsed time.Duration) string {
	if left := m.in.RunLeft; left > 0 && left < m.in.Wait() {
		return fmt.Sprintf("an invocation was not back after %s, when the run's time ended", elapsed.Round(time.Second))
	}
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
func (m *measuring) retry(v *version, try int, err error) bool {
	switch {
	case errors.Is(err, cloud.ErrThrottled):
		m.tally.throttle(v.Configuration)
	case errors.Is(err, cloud.ErrNotReady):
		m.tally.refuse(wordsOf(err))
	case errors.Is(err, cloud.ErrDoubtful) && !cloud.RefusedForGood(try, err):
		m.tally.refuse(wordsOf(err))
	case errors.Is(err, cloud.ErrUnknown):
		if since := m.tally.lose(v); since >= maxLostTime {
			m.abort(&run.Problem{Kind: run.NothingMeasured, Err: err, Text: fmt.Sprintf("no invocation of %s at %d MB was answered in %s", v.Architecture, v.MemorySize, since.Round(time.Second))})
			return false
		}
	default:
		m.tally.fail(tuning.Failure{Configuration: v.Configuration, Reason: wordsOf(err)})
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
