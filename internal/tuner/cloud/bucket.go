package cloud

import (
	"context"
	"sync"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Lambda takes 15 control calls a second from all callers of an account in a region together, deployments
// included, and does not raise that. A run takes less than that for long, and at once no more than it takes
// to begin a round; what is throttled is a sign that others need theirs.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	callsAtOnce     = 20.0
	callsPerSecond  = 10.0
	fewestPerSecond = 1.0
	// recovery is by how much a rate that was lowered rises again in a second.
	recovery = 0.5
	// deletionTokens makes deletions slower than other calls: nobody waits for them, and they alone may come in
	// long rows without an update to wait for in between.
	deletionTokens = 1.5
	// oneThrottle is for how long throttled calls count as one sign: they were under way together.
	oneThrottle = time.Second
)

// bucket holds the tokens for control calls.
type bucket struct {
	mu sync.Mutex
	run.Pace
	slowed time.Time // when the rate was lowered last
}

// newBucket goes on where a step before has ended; nil is a full bucket.
func newBucket(p *run.Pace) *bucket {
	b := &bucket{Pace: run.Pace{Tokens: callsAtOnce, Rate: callsPerSecond, At: time.Now()}}
	if p != nil {
		b.Pace = *p
	}
	return b
}

// wait takes tokens and waits until they have come.
func (b *bucket) wait(ctx context.Context, tokens float64) error {
	b.mu.Lock()
	b.refill()
	b.Tokens -= tokens
	seconds := max(0, -b.Tokens) / b.Rate
	b.mu.Unlock()
	return clock.Sleep(ctx, time.Duration(seconds*float64(time.Second)))
}

// slow halves the rate, as a call was throttled.
func (b *bucket) slow() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refill()
	b.Tokens = min(b.Tokens, 0)
	if now := time.Now(); now.Sub(b.slowed) >= oneThrottle {
		b.Rate, b.slowed = max(fewestPerSecond, b.Rate/2), now
	}
}

// refill adds what has come since; it is called with mu held.
func (b *bucket) refill() {
	now := time.Now()
	seconds := max(0, now.Sub(b.At).Seconds()) // the clock of another Lambda may be ahead
	b.Tokens = min(callsAtOnce, b.Tokens+seconds*b.Rate)
	b.Rate = min(callsPerSecond, max(fewestPerSecond, b.Rate+seconds*recovery))
	b.At = now
}

// pace returns what the next step goes on with.
func (b *bucket) pace() *run.Pace {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refill()
	p := b.Pace
	return &p
}
