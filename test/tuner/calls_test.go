package tuner

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

// callsOf counts a run's calls by their operation.
func callsOf(t *testing.T, options lambdasim.Options, input string) map[string]int {
	calls := map[string]int{}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, options)
		var mu sync.Mutex
		w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			mu.Lock()
			defer mu.Unlock()
			calls[c.Operation]++
			return nil
		})
		w.tuned(input)
	})
	return calls
}

// Each further version takes an update, a publish, a deletion, and reads of $LATEST; the lock is read as often as before.
func TestCallsOfAVersion(t *testing.T) {
	input := func(sizes int) string {
		list := "256"
		for i := 1; i < sizes; i++ {
			list += fmt.Sprint(",", 256+64*i)
		}
		return `{"exploration":"exhaustive","dryRun":true,"powerValues":[` + list + `]}`
	}
	for name, test := range map[string]struct {
		options lambdasim.Options
		reads   float64 // of $LATEST and of the version's state, for each version
	}{
		"as on AWS":       {lambdasim.Options{}, 3.5},
		"updated at once": {lambdasim.Options{UpdateTime: -1, PublishTime: time.Nanosecond}, 2.1},
		"updated slowly":  {lambdasim.Options{UpdateTime: 7 * time.Second}, 4.5},
		"slow answers":    {lambdasim.Options{Latency: 300 * time.Millisecond}, 3.5},
	} {
		t.Run(name, func(t *testing.T) {
			few := callsOf(t, test.options, input(5))
			many := callsOf(t, test.options, input(25))
			const versions = 2 * 20
			more := func(operation string) float64 { return float64(many[operation]-few[operation]) / versions }
			t.Logf("%v\n%v", few, many)
			for _, operation := range []string{"UpdateFunctionConfiguration", "PublishVersion", "DeleteFunction"} {
				require.InDelta(t, 1, more(operation), 0.01, operation)
			}
			require.LessOrEqual(t, more("GetFunctionConfiguration"), test.reads)
			require.Equal(t, 1, few["GetAccountSettings"], "both functions are in one region")
			for _, operation := range []string{"GetAlias", "UpdateAlias", "CreateAlias", "DeleteAlias", "GetAccountSettings"} {
				require.Equal(t, few[operation], many[operation], operation)
			}
		})
	}
}

// The versions of a round are deleted while those of the next one are published, so that Restore has but the last
// round's to delete.
func TestDeletionsDuringTheNextRound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		var mu sync.Mutex
		deleted := map[string]int{}
		w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			mu.Lock()
			defer mu.Unlock()
			if c.Task != nil && c.Operation == "DeleteFunction" {
				deleted[c.Task.State]++
			}
			return nil
		})
		w.tuned(`{"exploration":"exhaustive","powerValues":[256,512,1024]}`)
		// Beside the six versions of the first round, Prepare asks of each function whether it may delete any.
		require.Equal(t, 2+6, deleted["Prepare"])
		require.Positive(t, deleted["Restore"])
	})
}
