package tuner

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

// What a step hands on of a lock stands, also if the call that takes the lock is refused once for another reason: nobody
// waits for a Prepare that has ended.
func TestARefusedCallLosesNoLockThatWasHandedOn(t *testing.T) {

	run := func(t *testing.T, fault func(n int) *lambdasim.Fault) (calls int, took time.Duration) {
		t.Helper()
		var updates atomic.Int32
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, lambdasim.Options{})
			before := w.snapshots()
			w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
				if c.Operation != "UpdateAlias" {
					return nil
				}
				return fault(int(updates.Add(1)))
			})
			w.machines()
			began := time.Now()
			e, err := w.tuning.Start("run", `{}`)
			require.NoError(t, err)
			outcome := e.Wait()
			took = time.Since(began)
			require.Equal(t, statemachine.Succeeded, outcome.Status, outcome.Error)
			w.rest()
			require.Equal(t, before, w.snapshots())
		})
		return int(updates.Load()), took
	}
	calls, usual := run(t, func(int) *lambdasim.Fault { return nil })
	require.GreaterOrEqual(t, calls, 4)
	for name, refused := range map[string]*lambdasim.APIError{
		"throttled": lambdasim.Throttled("CallerRateLimitExceeded"),
		"failed":    {Status: http.StatusInternalServerError, Code: "ServiceException", Message: "An error occurred and the request cannot be processed."},
	} {
		for n := 1; n <= calls; n++ {
			t.Run(name+" "+strconv.Itoa(n), func(t *testing.T) {
				_, took := run(t, func(call int) *lambdasim.Fault {
					if call != n {
						return nil
					}
					return &lambdasim.Fault{Err: refused}
				})
				require.Less(t, took, usual+2*time.Minute)
			})
		}
	}
}
