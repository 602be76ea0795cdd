package measure

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/tally"
	"github.com/stretchr/testify/require"
)

// Lanes whose invocations take 1, 2 and 5 s begin each of them together; whoever leaves is not waited for.
func TestLanesKeepInStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		lanes := []struct {
			takes time.Duration
			calls int
		}{{time.Second, 3}, {2 * time.Second, 3}, {5 * time.Second, 2}}
		versions := []*tally.Version{{Lanes: 2}, {Lanes: 1}}
		parts := []lane{{versions[0], 0}, {versions[0], 1}, {versions[1], 0}}
		s, began := newSteps(versions), make([][]time.Duration, len(lanes))
		var group sync.WaitGroup
		for i, lane := range lanes {
			group.Go(func() {
				defer s.leave(parts[i])
				for range lane.calls {
					began[i] = append(began[i], time.Since(start))
					time.Sleep(lane.takes)
					require.True(t, s.next(t.Context(), parts[i]))
				}
			})
		}
		group.Wait()
		require.Equal(t, [][]time.Duration{{0, 5 * time.Second, 10 * time.Second}, {0, 5 * time.Second, 10 * time.Second}, {0, 5 * time.Second}}, began)
	})
}

// Nobody waits beyond the run's end.
func TestStepsEndWithTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		versions := []*tally.Version{{Lanes: 1}, {Lanes: 1}}
		start := time.Now()
		require.False(t, newSteps(versions).next(ctx, lane{versions[0], 0}))
		require.Equal(t, time.Minute, time.Since(start))
	})
}
