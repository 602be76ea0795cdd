package lambdasim

import (
	"sync"
	"time"
)

// quota is the account's for control calls: a bucket of tokens that all callers in the region share.
type quota struct {
	perSecond, burst float64

	mu     sync.Mutex
	tokens float64
	at     time.Time // of tokens
	// refused counts the calls that found none.
	refused int
}

// admit takes a call's token; it reports false where there is none.
func (q *quota) admit() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	if q.at.IsZero() {
		q.tokens, q.at = q.burst, now
	}
	q.tokens = min(q.burst, q.tokens+q.perSecond*now.Sub(q.at).Seconds())
	q.at = now
	if q.tokens < 1 {
		q.refused++
		return false
	}
	q.tokens--
	return true
}

// Throttled is how many control calls were throttled, whoever made them.
func (s *Simulator) Throttled() int {
	s.quota.mu.Lock()
	defer s.quota.mu.Unlock()
	return s.quota.refused
}

// ownQuota are Lambda's calls with quotas of their own; all others share one.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
var ownQuota = map[string]bool{"Invoke": true, "GetFunction": true}

// Load makes control calls at a steady rate beside everybody else's, as the deployment of other functions does,
// until it is stopped; stop returns how many they were and how many of them Lambda throttled.
func (s *Simulator) Load(perSecond int) (stop func() (calls, throttled int)) {
	done, ended := make(chan struct{}), make(chan struct{})
	calls, throttled := 0, 0
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Second / time.Duration(perSecond))
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			if calls++; !s.quota.admit() {
				throttled++
			}
		}
	}()
	return func() (int, int) {
		close(done)
		<-ended
		return calls, throttled
	}
}
