package measure

import (
	"context"

	"github.com/dualarch/dualarch/internal/tuner/tally"
)

const (
	// answerMemory is the part of Measure's memory that answers may fill, in bytes.
	answerMemory = 512 << 20
	// largestAnswer is the largest answer there is, in bytes.
	largestAnswer = 6 << 20
	// smallestReservation is what an invocation with a small answer takes, its connection and log tail included.
	smallestReservation = 64 << 10
)

// reserveMemory waits until there is memory for one more answer of the version's function: for the largest one seen, or
// for the largest there is before any was seen. It is twice an answer's size, which grows while it is read. It reports
// false if the run or the step's time ends first; then the sample is left to the next Measure call.
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
	if !m.tally.EnoughTime(v, m.Remaining()) {
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
	return max(smallestReservation, 2*size)
}
