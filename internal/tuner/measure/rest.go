package measure

import (
	"context"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// pauseBetween waits between two invocations. It reports false where nothing comes after it, or where the rest
// and an invocation no longer fit into the step's time: the next call of Measure begins with the rest.
func (m *measuring) pauseBetween(ctx context.Context, v *progress) bool {
	pause := m.in.PauseBetween()
	if pause == 0 {
		return true
	}
	m.mu.Lock()
	more := len(v.pending) > 0 || v.next != nil
	fits := m.Remaining() >= pause+m.needed(v)
	m.unfinished = m.unfinished || more && !fits
	m.mu.Unlock()
	return more && fits && cloud.Sleep(ctx, pause) == nil
}

// pauseFirst waits before the first invocation of a version that an earlier call of Measure invoked: as long
// as there is time for an invocation after it, so that each call gets on.
func (m *measuring) pauseFirst(ctx context.Context, v *progress) bool {
	m.mu.Lock()
	spare := m.Remaining() - m.needed(v) - time.Second
	m.mu.Unlock()
	return cloud.Sleep(ctx, min(m.in.PauseBetween(), spare)) == nil
}

// needed is the time that an invocation of the version may need, its processors and the step's end
// included, going by the slowest of each seen; it is called with mu held.
func (m *measuring) needed(v *progress) time.Duration {
	need := v.expected()
	for _, slowest := range m.processors {
		need += 3 * slowest
	}
	return need + timing.Reserve
}

// expected is how long an invocation of the version may take, going by the slowest one seen.
func (v *progress) expected() time.Duration {
	if v.Slowest == 0 {
		return v.longest
	}
	return min(v.longest, 3*time.Duration(v.Slowest*float64(time.Millisecond)))
}

// stillTime reports whether an invocation whose preprocessor has answered can be waited for; else its sample is
// put back, and nothing is billed but the preprocessor.
func (m *measuring) stillTime(v *progress, number int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Remaining() >= v.expected()+timing.Reserve {
		return true
	}
	m.requeue(v, number, true)
	return false
}

// processed notes how long a pre- or postprocessor took.
func (m *measuring) processed(role string, elapsed time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.processors[role] = max(m.processors[role], elapsed)
}
