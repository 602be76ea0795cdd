package cloud

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/run"
)

// answering is a Lambda whose aliases answer with an error.
type answering struct {
	Lambda
	err error
}

func (a *answering) Alias(context.Context, string, string) (Alias, error) { return Alias{}, a.err }
func (a *answering) DeleteVersion(context.Context, string, string) error  { return a.err }

// read makes control calls and returns how long they took together.
func (p *paced) read(t *testing.T, calls int) time.Duration {
	begun := time.Now()
	for range calls {
		_, _ = p.Alias(t.Context(), "f", "a")
	}
	return time.Since(begun)
}

func TestPaceOfCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paced{Lambda: &answering{}, bucket: newBucket(nil)}
		require.Zero(t, p.read(t, 20))
		require.InDelta(t, 5, p.read(t, 50).Seconds(), 0.01)
		time.Sleep(time.Second)
		require.Zero(t, p.read(t, 10))
		require.Equal(t, 100*time.Millisecond, p.read(t, 1).Round(time.Millisecond))
		time.Sleep(time.Hour)
		require.Zero(t, p.read(t, 20))
		require.InDelta(t, 0.1, p.read(t, 1).Seconds(), 0.001)

		begun := time.Now()
		for range 20 {
			require.NoError(t, p.DeleteVersion(t.Context(), "f", "1"))
		}
		require.InDelta(t, 3, time.Since(begun).Seconds(), 0.01)
	})
}

// A throttled call halves the rate, those beside it do not halve it again, and it recovers.
func TestPaceAfterAThrottle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &answering{}
		p := &paced{Lambda: l, bucket: newBucket(nil)}
		l.err = fmt.Errorf("%w: Rate exceeded", ErrThrottled)
		p.read(t, 1)
		require.InDelta(t, 5, p.bucket.Rate, 0.01)
		p.bucket.slow()
		require.InDelta(t, 5, p.bucket.Rate, 0.01)
		for range 10 {
			time.Sleep(time.Second)
			p.bucket.slow()
		}
		require.InDelta(t, fewestPerSecond, p.bucket.Rate, 0.6)
		l.err = nil
		before := p.read(t, 2)
		require.Greater(t, before, time.Second)
		time.Sleep(20 * time.Second)
		require.InDelta(t, callsPerSecond, p.bucket.pace().Rate, 0.01)
	})
}

// A step goes on where the one before has ended, whatever its clock says.
func TestPaceIsHandedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paced{Lambda: &answering{}, bucket: newBucket(nil)}
		p.read(t, 20)
		text, err := json.Marshal(p.bucket.pace())
		require.NoError(t, err)
		var handed run.Pace
		require.NoError(t, json.Unmarshal(text, &handed))
		time.Sleep(500 * time.Millisecond)
		next := &paced{Lambda: &answering{}, bucket: newBucket(&handed)}
		require.Zero(t, next.read(t, 5))
		require.InDelta(t, 0.1, next.read(t, 1).Seconds(), 0.001)

		handed.At = handed.At.Add(time.Minute) // another clock
		next = &paced{Lambda: &answering{}, bucket: newBucket(&handed)}
		require.InDelta(t, 0.1, next.read(t, 1).Seconds(), 0.001)
	})
}

func TestPaceEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paced{Lambda: &answering{}, bucket: newBucket(&run.Pace{Tokens: -1000, Rate: 1, At: time.Now()})}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := p.Alias(ctx, "f", "a")
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}
