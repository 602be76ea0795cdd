package measure

import "context"

const (
	// answerMemory is the part of Measure's memory that answers may fill, in bytes.
	answerMemory = 512 << 20
	// largestAnswer is the largest answer there is, in bytes.
	largestAnswer = 6 << 20
	// smallestRoom is what an invocation with a small answer takes, its connection and log tail included.
	smallestRoom = 64 << 10
)

// reserveMemory waits until there is memory for one more answer of the version's function: for the largest one
// seen, or for the largest there is before any was seen. It is twice an answer's size, which grows while it
// is read. It reports false where the run or the step's time ends first; then the sample is put back.
func (m *measuring) reserveMemory(ctx context.Context, v *progress, number int) (leave func(), ok bool) {
	for size := m.answerRoom(v); ; {
		if m.memory.Acquire(ctx, size) != nil {
			return nil, false
		}
		now := m.answerRoom(v)
		if now >= size {
			leave = func() { m.memory.Release(size) }
			break
		}
		m.memory.Release(size)
		size = now // the first answers have come meanwhile
	}
	m.mu.Lock()
	enough := m.enoughTime(v)
	m.mu.Unlock()
	if !enough {
		leave()
		m.later(v, number)
	}
	return leave, enough
}

// answerRoom is how much memory an invocation of the version takes.
func (m *measuring) answerRoom(v *progress) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	size, seen := m.answers[v.Architecture]
	if !seen {
		size = largestAnswer
	}
	return max(smallestRoom, 2*size)
}
