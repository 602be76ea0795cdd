package measure

import (
	"context"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/tally"
)

const (
	// largestAnswer is the largest answer there is, in bytes.
	largestAnswer = 6 << 20
	// smallestReservation is what an invocation with a small answer takes, its connection and log tail included.
	smallestReservation = 64 << 10
)

// memoryFor returns how much of Measure's memory answers may fill, in bytes: half of it, less what the payloads take and
// took when they were read; at least one invocation has room.
func memoryFor(memorySize int, in input.Input) int64 {
	left := int64(memorySize) << 20 / 2
	for _, p := range in.Payloads {
		left -= 2 * int64(len(p.Body))
	}
	return max(left, 2*largestAnswer)
}

// reserveMemory waits until there is memory for one more answer of the version's function: for the largest one seen, or
// for the largest there is before any was seen; and for what a preprocessor makes of the payload. It reports false if the
// configuration has failed meanwhile, or if the run or the step's time ends first; then the sample is left to the next
// Measure call.
func (m *measuring) reserveMemory(ctx context.Context, v *tally.Version, number int) (release func(), ok bool) {
	for size := m.answerMemory(v); ; {
		if m.memory.Acquire(ctx, size) != nil {
			return nil, false
		}
		now := m.answerMemory(v)
		if now >= size {
			release = func() { m.memory.Release(size) }
			break
		}
		m.memory.Release(size)
		size = now // the first answers have come meanwhile
	}
	switch {
	case m.tally.Out(v.Configuration):
		release()
		return nil, false
	case !m.tally.EnoughTime(v, m.Remaining()):
		release()
		m.tally.Later(v, number)
		return nil, false
	}
	return release, true
}

// answerMemory returns how much memory an invocation of the version takes, in bytes.
func (m *measuring) answerMemory(v *tally.Version) int64 {
	size, ok := m.tally.LargestAnswer(v.Architecture)
	if !ok {
		size = largestAnswer
	}
	if m.in.PreProcessorARN != "" {
		prepared, ok := m.tally.LargestPrepared()
		if !ok {
			prepared = largestAnswer
		}
		size += prepared
	}
	return max(smallestReservation, size)
}
