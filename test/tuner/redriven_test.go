package tuner

import (
	"encoding/json"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/tuner"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// A redriven execution goes on at the step that was stopped, after Heal has put everything back.
func TestRedrivenExecutionNeedsItsLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		before := w.snapshots()
		measure := w.stoppedAt("Invoke", "tuner-measure")
		require.Equal(t, before, w.snapshots())
		steps := tuner.Steps{Clients: cloud.Clients{Lambda: w.client, Logs: w.client, Objects: w, Executions: w.client, Metrics: w.client, Attempt: "again"}}
		_, err := steps.Measure(t.Context(), measure)
		require.ErrorContains(t, err, " is gone: the function was put back, or somebody deleted it; start a new execution")
		require.Equal(t, "Cancelled", run.ErrorName(err))
		// Its Prepare had published: what it is redriven with says so.
		_, err = steps.Prepare(t.Context(), measure)
		require.ErrorContains(t, err, "start a new execution")
		require.Equal(t, before, w.snapshots())
	})
}

// In the first Prepare nothing but the function's revision tells that the run was put back meanwhile.
func TestExecutionRedrivenInItsFirstPrepare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		before := w.snapshots()
		prepare := w.stoppedAt("PublishVersion", "tuner-prepare")
		require.Equal(t, before, w.snapshots())
		steps := tuner.Steps{Clients: cloud.Clients{Lambda: w.client, Logs: w.client, Objects: w, Executions: w.client, Metrics: w.client, Attempt: "again"}}
		_, err := steps.Prepare(t.Context(), prepare)
		require.Equal(t, "FunctionChanged", run.ErrorName(err))
		require.ErrorContains(t, err, " has changed since Plan: it was updated or published meanwhile, or put back before this execution was redriven: start a new execution")
		require.Equal(t, before, w.snapshots())
	})
}

// stoppedAt runs an execution that is stopped at its first call of an operation, waits until it is put back,
// and returns what the step's function was called with.
func (w *world) stoppedAt(operation, step string) run.Event {
	w.t.Helper()
	var stopped atomic.Bool
	w.machines()
	w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
		if c.Operation == operation && !asks(c) && stopped.CompareAndSwap(false, true) {
			c.Task.Execution.Stop("", "")
		}
		return nil
	})
	e, err := w.tuning.Start("run", `{}`)
	require.NoError(w.t, err)
	e.Wait()
	w.rest()
	var event run.Event
	for _, h := range e.History() {
		if h.Type == "LambdaFunctionScheduled" && h.Resource == w.sim.FunctionARN(step) {
			require.NoError(w.t, json.Unmarshal([]byte(h.Input), &event))
		}
	}
	require.NotEmpty(w.t, event.Execution.Name)
	return event
}
