package tuner

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/fleet"
	"github.com/dualarch/dualarch/internal/lambdaapi"
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

// A redrive does again the step that failed, with what it was given: List plans the same, and Rank ranks the same.
func TestRedrivenFleet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFleetWorld(t, asl.FleetSettings{MaxCost: 8})
		want, _ := w.run("redriven", `{}`)
		items, err := w.fleet.Store.GetObject(FleetBucket, "fleets/redriven/items.json")
		require.NoError(t, err)
		w.fleet.Store.objects[FleetBucket+"/fleets/redriven/items.json"] = nil
		w.fleet.Store.objects[FleetBucket+"/fleets/fleet.json"] = nil
		account := &fleetAccount{Client: lambdaapi.New(w.sim.Config()), store: w.fleet.Store}
		for _, h := range w.fleet.Executions()[0].History() {
			for _, step := range []asl.Step{asl.FleetList, asl.FleetRank} {
				if h.Type == "LambdaFunctionScheduled" && h.Resource == w.sim.FunctionARN(string(step)) {
					_, err := fleet.Run(t.Context(), account, step, json.RawMessage(h.Input))
					require.NoError(t, err)
				}
			}
		}
		again, err := w.fleet.Store.GetObject(FleetBucket, "fleets/redriven/items.json")
		require.NoError(t, err)
		require.JSONEq(t, string(items), string(again))
		report, err := w.fleet.Report()
		require.NoError(t, err)
		report.Execution.Stopped = want.Execution.Stopped
		require.Equal(t, want, report)
	})
}

// An item that was stopped is not begun again by a redrive: its execution's name is used. The fleet is started again instead.
func TestStoppedItemIsNotRedriven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFleetWorld(t, asl.FleetSettings{})
		e, err := w.fleet.Start("stopped", `{}`)
		require.NoError(t, err)
		time.Sleep(5 * time.Second)
		e.Stop("", "")
		w.fleet.Rest()
		begun := w.shop.Tuning.Executions()
		require.NotEmpty(t, begun)
		for _, stopped := range begun {
			require.Equal(t, statemachine.Aborted, stopped.Outcome().Status)
			_, err := w.shop.Tuning.Start(stopped.Name, stopped.Input)
			require.EqualError(t, err, "ExecutionAlreadyExists: Execution Already Exists: '"+stopped.ARN+"'")
		}
		report, _ := w.run("again", `{}`)
		require.Equal(t, 4, report.Totals.Tuned)
	})
}
