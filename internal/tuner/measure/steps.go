package measure

import (
	"context"
	"sync"

	"github.com/dualarch/dualarch/internal/tuner/tally"
)

// steps keeps lanes in step: none begins its next invocation before all have ended as many. So what is compared is
// invoked in the same minutes, also if one takes twice as long as the other, and a busy minute hits all alike.
type steps struct {
	mu    sync.Mutex
	ended map[*tally.Version]int // invocations, of the lanes that go on
	moved chan struct{}          // closed, and replaced, whenever ended changes
}

func newSteps(versions []*tally.Version) *steps {
	s := &steps{ended: map[*tally.Version]int{}, moved: make(chan struct{})}
	for _, v := range versions {
		s.ended[v] = 0
	}
	return s
}

// next counts an invocation of a lane and waits for the lanes that are behind it. It reports false if the run ends.
// Nobody waits with a slot in hand, or those who are behind would not get one.
func (s *steps) next(ctx context.Context, v *tally.Version) bool {
	s.change(func() { s.ended[v]++ })
	for {
		behind, moved := s.behind(v)
		if !behind {
			return true
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return false
		}
	}
}

// leave takes a lane out: nobody waits for it any more.
func (s *steps) leave(v *tally.Version) { s.change(func() { delete(s.ended, v) }) }

func (s *steps) change(how func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	how()
	close(s.moved)
	s.moved = make(chan struct{})
}

// behind reports whether any lane has ended fewer invocations than this one, and returns what is closed once that may
// have changed.
func (s *steps) behind(v *tally.Version) (behind bool, moved <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ended := range s.ended {
		behind = behind || ended < s.ended[v]
	}
	return behind, s.moved
}
