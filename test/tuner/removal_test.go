package tuner

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// removals are what CloudFormation does to a stack in the middle of a run. First the functions are put back, then the
// permissions go. In most of them nobody else ever puts anything back: no event is delivered.
var removals = []fault{
	{name: "stack deleted, put back before", at: inTask, do: removed(true, 0), arrange: separate, deliver: []time.Duration{}, end: abortedOrOver},
	{name: "stack deleted, put back before, a call late by half a minute", at: inTask, do: removed(true, 30*time.Second), arrange: separate, deliver: []time.Duration{}, end: abortedOrOver},
	{name: "stack deleted, put back before, a call late by 14 minutes", at: inTask, do: removed(true, 14*time.Minute), arrange: separate, deliver: []time.Duration{}, end: abortedOrOver},
	{name: "stack deleted, put back before, Heal besides", at: inTask, do: removed(true, 0), arrange: separate, end: abortedOrOver, every: 3},
	{name: "stack deleted, put back before, Heal besides, a call late by 14 minutes", at: inTask, do: removed(true, 14*time.Minute), arrange: separate, end: abortedOrOver, every: 5},
	{name: "taken off the list, put back before", at: inTask, do: removed(false, 0), arrange: separate, deliver: []time.Duration{}, end: whatever},
	// The function that stays on the list is Heal's as on any other day.
	{name: "taken off the list, put back before, a call late by 14 minutes", at: inTask, do: removed(false, 14*time.Minute), arrange: separate, end: whatever, every: 3},
}

// abortedOrOver is how a run ends that may come to its end before it is stopped.
var abortedOrOver = ends(statemachine.Aborted, statemachine.Succeeded)

var whatever = ends(statemachine.Succeeded, statemachine.Failed, statemachine.TimedOut, statemachine.Aborted)

// removed has CloudFormation delete the tuner's stack, or take one function off its list. The call at which it does so
// stands still for some time; if its caller may not make it any more by then, it is denied.
func removed(stack bool, late time.Duration) func(*world, lambdasim.Call) *lambdasim.Fault {
	return func(w *world, c lambdasim.Call) *lambdasim.Fault {
		lost, permission := []string{w.arn(1)}, &w.off
		if stack {
			lost, permission = []string{w.arn(0), w.arn(1)}, &w.gone
		}
		w.withdrawing.Go(func() {
			if _, err := w.deployed.Withdraw(lost, stack); err != nil {
				w.t.Errorf("at %s of %s: %v", c.Operation, c.Task.State, err)
			}
			permission.Store(true)
		})
		time.Sleep(late)
		return w.ever(c)
	}
}

// withdraw deletes the stack, with nothing going on any more afterwards.
func (w *world) withdraw() (warnings []string, took time.Duration, err error) {
	begun := time.Now()
	warnings, err = w.deployed.Withdraw([]string{w.arn(0), w.arn(1)}, true)
	took = time.Since(begun)
	w.rest()
	return warnings, took, err
}

// A stack that is not in use is deleted without waiting.
func TestWithdrawWhenNothingRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		before := w.snapshots()
		w.run(small)
		warnings, took, err := w.withdraw()
		require.NoError(t, err)
		require.Empty(t, warnings)
		require.Less(t, took, 5*time.Second)
		require.Equal(t, before, w.snapshots())
	})
}

// What earlier runs have left goes, too: a lock of the tuner's own whose execution was forgotten, a foreign one that has
// expired, marks without a lock.
func TestWithdrawSweeps(t *testing.T) {
	const mark = oldMark + " at 1024 MB for a moment, else 512 MB: counts primes"
	for name, leave := range map[string]func(*world){
		"without a lock":           func(*world) {},
		"a foreign, expired lock":  func(w *world) { w.lockFor(time.Now().Add(-time.Second)) },
		"a forgotten lock, valid":  func(w *world) { w.lockOf("tune", time.Now().Add(time.Hour)) },
		"a forgotten lock, as old": func(w *world) { w.lockOf("tune", time.Now().Add(-time.Hour)) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				before := w.snapshots()
				w.machines()
				w.leave(1024, oldMark)
				w.leftMarked(mark)
				leave(w)
				_, _, err := w.withdraw()
				require.NoError(t, err)
				require.Equal(t, before, w.snapshots())
			})
		})
	}
}

// Another tuner that works on a function is left alone; it puts the function back itself.
func TestWithdrawLeavesAnotherTunersWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.machines()
		w.leftMarked(oldMark + " at 1024 MB for a moment, else 512 MB: counts primes")
		w.lockFor(time.Now().Add(time.Hour))
		before := w.snapshots()
		_, took, err := w.withdraw()
		require.NoError(t, err)
		require.Less(t, took, 5*time.Second)
		require.Equal(t, before, w.snapshots())
	})
}

// What cannot be put back on one function is said, and the other is put back.
func TestWithdrawGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		before := w.snapshots()
		w.machines()
		e, err := w.tuning.Start("run", `{"num":500,"powerValues":[256]}`)
		require.NoError(t, err)
		time.Sleep(20 * time.Second) // it measures
		w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			if c.Function == siblings[1] && c.Writes() {
				return &lambdasim.Fault{Err: lambdasim.AccessDenied("lambda:"+c.Operation, c.Resource)}
			}
			return nil
		})
		_, err = w.deployed.Withdraw([]string{w.arn(0), w.arn(1)}, true)
		require.Equal(t, statemachine.Aborted, e.Outcome().Status)
		require.ErrorContains(t, err, e.ARN+": access denied: AccessDeniedException: User is not authorized to perform: lambda:UpdateAlias")
		require.Equal(t, before[0], w.snapshots()[0])
		require.Contains(t, w.snapshots()[1].Aliases, run.LockName)
		w.sim.OnCall(nil)
		w.rest()
	})
}

// Whatever happens, CloudFormation gets its answer while the function still runs.
func TestWithdrawIsBounded(t *testing.T) {
	for name, during := range map[string]func(lambdasim.Call) bool{
		"Lambda throttles":         func(c lambdasim.Call) bool { return c.Function != "" },
		"Step Functions throttles": func(c lambdasim.Call) bool { return strings.HasSuffix(c.Operation, "Executions") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.machines()
				w.outage(24*time.Hour, lambdasim.Throttled("CallerRateLimitExceeded"), during)
				_, took, err := w.withdraw()
				require.ErrorContains(t, err, "throttled")
				require.Less(t, took, timing.StepTimeout)
			})
		})
	}
}

// Only the executions are stopped that have a function which is taken off the list.
func TestTakenOffStopsOnlyItsExecution(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		before := w.snapshots()
		w.machines()
		of := func(i int) *statemachine.Execution {
			e, err := w.tuning.Start(siblings[i], `{"lambdaARN":"`+w.arn(i)+`","num":1000,"powerValues":[256]}`)
			require.NoError(t, err)
			return e
		}
		stays, goes := of(0), of(1)
		time.Sleep(20 * time.Second)
		_, err := w.deployed.Withdraw([]string{w.arn(1)}, false)
		require.NoError(t, err)
		require.Equal(t, statemachine.Aborted, goes.Outcome().Status)
		require.Equal(t, before[1], w.snapshots()[1])
		require.Equal(t, statemachine.Succeeded, stays.Wait().Status)
		w.rest()
		require.Equal(t, before, w.snapshots())
	})
}
