package measure

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"

	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// slots are how many invocations of a function may run at once. A throttled invocation halves them, because what
// Lambda refuses to the tuner it refuses to the function's callers too.
type slots struct {
	*semaphore.Weighted
	mu      sync.Mutex
	width   int // how many there are
	surplus int // how many of those that are taken are not given back
}

func newSlots(width int) *slots {
	return &slots{Weighted: semaphore.NewWeighted(int64(width)), width: width}
}

func (s *slots) acquire(ctx context.Context) error { return s.Acquire(ctx, 1) }

func (s *slots) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.surplus > 0 {
		s.surplus--
		return
	}
	s.Release(1)
}

// now returns how many there are.
func (s *slots) now() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.width
}

// narrow halves the slots if there are still as many as when an invocation began that was throttled: several that are
// throttled together count once.
func (s *slots) narrow(begun int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.width != begun || s.width == 1 {
		return
	}
	half := s.width / 2
	for s.width > half {
		s.width--
		if !s.TryAcquire(1) { // otherwise a free one is gone at once
			s.surplus++
		}
	}
}

// keepNarrow has the run's other Measure calls begin with what throttling has left.
func (m *measuring) keepNarrow(state *run.State) {
	for _, t := range state.Journal.Targets {
		if width := m.slots[t.Architecture].now(); width < t.Concurrency {
			if state.Narrowed == nil {
				state.Narrowed = map[tuning.Architecture]int{}
			}
			state.Narrowed[t.Architecture] = width
		}
	}
}
