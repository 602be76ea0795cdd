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
	ended map[lane]int  // invocations, of the lanes that go on
	moved chan struct{} // closed, and replaced, whenever ended changes
}

// lane is one of those that take a version's samples.
type lane struct {
	*tally.Version
	number int // from 0
}

func newSteps(versions []*tally.Version) *steps {
	s := &steps{ended: map[lane]int{}, moved: make(chan struct{})}
	for _, v := range versions {
		for number := range v.Lanes {
			s.ended[lane{v, number}] = 0
		}
	}
	return s
}

// next counts an invocation of a lane and waits for the lanes that are behind it. It reports false if the run ends.
// Nobody waits with a slot in hand, or those who are behind would not get one.
func (s *steps) next(ctx context.Context, l lane) bool {
	s.change(func() { s.ended[l]++ })
	for {
		behind, moved := s.behind(l)
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
func (s *steps) leave(l lane) { s.change(func() { delete(s.ended, l) }) }

func (s *steps) change(how func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	how()
	close(s.moved)
	s.moved = make(chan struct{})
}

// behind reports whether any lane has ended fewer invocations than this one, and returns what is closed once that may
// have changed.
func (s *steps) behind(l lane) (behind bool, moved <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ended := range s.ended {
		behind = behind || ended < s.ended[l]
	}
	return behind, s.moved
}
