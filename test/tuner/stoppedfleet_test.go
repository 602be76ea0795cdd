package tuner

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

// StopExecution of the fleet puts every function back, and what had a verdict by then is kept.
func TestStoppedFleet(t *testing.T) {
	some := false
	for _, after := range []time.Duration{5 * time.Second, 45 * time.Second} {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newFleetWorld(t, asl.FleetSettings{OlderThanSeconds: 24 * 3600})
				before := w.snapshots()
				e, err := w.fleet.Start("stopped", `{}`)
				require.NoError(t, err)
				time.Sleep(after)
				e.Stop("", "")
				require.Equal(t, statemachine.Aborted, e.Wait().Status)
				w.fleet.Rest()
				require.Equal(t, before, w.snapshots())
				done := 0
				for _, tuning := range append(w.shop.Tuning.Executions(), w.bank.Tuning.Executions()...) {
					require.NotEqual(t, statemachine.Running, tuning.Outcome().Status)
					if tuning.Outcome().Status == statemachine.Succeeded {
						done++
					}
				}
				t.Logf("%d were done", done)
				some = some || done > 0
				report, _ := w.run("again", `{}`)
				require.Equal(t, done, report.Totals.Kept)
				require.Equal(t, 4-done, report.Totals.Tuned)
			})
		})
	}
	require.True(t, some, "one is stopped in the middle")
}
