package tuner

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

// StopExecution ends a run within seconds: Heal deletes its versions, and Measure, whose Lambda goes on, invokes none
// that is gone.
func TestAStoppedRunInvokesNothingForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		before := w.snapshots()
		var mu sync.Mutex
		invoked := 0
		var stopped, last time.Time
		w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			if c.Operation != "Invoke" {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			if invoked++; invoked == 20 {
				stopped = time.Now()
				c.Task.Execution.Stop("", "")
			}
			last = time.Now()
			return nil
		})
		outcome := w.run(`{"num":500,"powerValues":[256,512]}`)
		require.Equal(t, statemachine.Aborted, outcome.Status)
		require.Equal(t, before, w.snapshots())
		t.Log(last.Sub(stopped))
		require.Less(t, last.Sub(stopped), 10*time.Second)
	})
}
