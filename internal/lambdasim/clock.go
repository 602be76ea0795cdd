package lambdasim

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// Clock is the time that a Simulator lives in. What polls a Simulator sleeps on the same clock.
type Clock interface {
	Now() time.Time
	// Sleep returns after d, or with the context's error where that ends first.
	Sleep(ctx context.Context, d time.Duration) error
}

// SystemClock is package time: real outside of a bubble of testing/synctest, virtual inside.
type SystemClock struct{}

// Now is time.Now.
func (SystemClock) Now() time.Time { return time.Now() }

// Sleep is time.Sleep with a context.
func (SystemClock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// LeapClock is virtual time for callers on the network, where no bubble can tell that everybody
// waits: when nobody has begun to sleep for the grace period, it leaps to the earliest deadline.
// Callers in sequence see exact virtual times. Callers at once must all have begun their next sleep
// within the grace period of each other, else the late ones start late. A context's deadline is real
// time, so whole executions with time-outs belong into a bubble instead.
type LeapClock struct {
	grace time.Duration

	mu      sync.Mutex
	now     time.Time
	waiting sleepers
	timer   *time.Timer
}

// NewLeapClock returns a clock that starts at the given time. A grace of 0 means 300 µs.
func NewLeapClock(start time.Time, grace time.Duration) *LeapClock {
	if grace == 0 {
		grace = 300 * time.Microsecond
	}
	c := &LeapClock{now: start, grace: grace}
	c.timer = time.AfterFunc(time.Hour, c.leap)
	c.timer.Stop()
	return c
}

// Now is the virtual time.
func (c *LeapClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep waits until the virtual time is d later.
func (c *LeapClock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	c.mu.Lock()
	s := &sleeper{until: c.now.Add(d), awake: make(chan struct{})}
	heap.Push(&c.waiting, s)
	c.timer.Reset(c.grace)
	c.mu.Unlock()
	select {
	case <-s.awake:
		return nil
	case <-ctx.Done():
		c.mu.Lock()
		defer c.mu.Unlock()
		if s.index >= 0 {
			heap.Remove(&c.waiting, s.index)
		}
		return ctx.Err()
	}
}

// leap wakes everybody whose deadline is the earliest one.
func (c *LeapClock) leap() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 {
		return
	}
	c.now = c.waiting[0].until
	for len(c.waiting) > 0 && !c.waiting[0].until.After(c.now) {
		close(heap.Pop(&c.waiting).(*sleeper).awake)
	}
	if len(c.waiting) > 0 {
		c.timer.Reset(c.grace)
	}
}

type sleeper struct {
	until time.Time
	awake chan struct{}
	index int // in the heap; -1 once it has left
}

// sleepers is a heap by deadline.
type sleepers []*sleeper

func (s sleepers) Len() int           { return len(s) }
func (s sleepers) Less(i, j int) bool { return s[i].until.Before(s[j].until) }
func (s sleepers) Swap(i, j int) {
	s[i], s[j] = s[j], s[i]
	s[i].index, s[j].index = i, j
}

func (s *sleepers) Push(x any) {
	e := x.(*sleeper)
	e.index = len(*s)
	*s = append(*s, e)
}

func (s *sleepers) Pop() any {
	old := *s
	e := old[len(old)-1]
	old[len(old)-1] = nil
	*s = old[:len(old)-1]
	e.index = -1
	return e
}
