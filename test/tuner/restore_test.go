package tuner

import (
	"encoding/json"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

const small = `{"powerValues":[256,1024],"dryRun":true}`

// TestPuttingBackIsKilled kills what puts the functions back at each of its calls in turn, after a run
// that failed or was stopped in the middle of Prepare. It is tried again, or the Heal state machine does it.
func TestPuttingBackIsKilled(t *testing.T) {
	for _, test := range []struct {
		name  string
		state string // that is killed
		end   func(lambdasim.Call) *lambdasim.Fault
		want  statemachine.Status
	}{
		{"after a failure", "RestoreAfterFailure", func(c lambdasim.Call) *lambdasim.Fault {
			return &lambdasim.Fault{Err: lambdasim.AccessDenied("lambda:"+c.Operation, c.Resource)}
		}, statemachine.Failed},
		{"after a stop", "Heal", func(c lambdasim.Call) *lambdasim.Fault {
			c.Task.Execution.Stop("", "")
			return nil
		}, statemachine.Aborted},
	} {
		for _, kill := range []lambdasim.Kill{lambdasim.KillBefore, lambdasim.KillAfter} {
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				calls := 1
				for n := 1; n <= calls; n++ {
					synctest.Test(t, func(t *testing.T) {
						w := newWorld(t, lambdasim.Options{})
						before := w.snapshots()
						var published, seen atomic.Int32
						w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
							switch {
							case c.Task == nil:
							case c.Task.State == "Prepare" && c.Operation == "PublishVersion" && !asks(c) && published.Add(1) == 3:
								return test.end(c)
							case c.Task.State == test.state && seen.Add(1) == int32(n):
								return &lambdasim.Fault{Kill: kill}
							}
							return nil
						})
						outcome := w.run(small)
						require.Equal(t, test.want, outcome.Status)
						require.Equal(t, before, w.snapshots(), "%s killed at call %d", test.state, n)
						calls = int(seen.Load())
					})
					calls = min(calls, 60)
				}
			})
		}
	}
}

// warningsOf are a succeeded run's.
func warningsOf(t *testing.T, outcome statemachine.Outcome) []string {
	t.Helper()
	require.Nil(t, outcome.Error)
	var o tuning.Output
	require.NoError(t, json.Unmarshal([]byte(outcome.Output), &o))
	return o.Warnings
}

// during does something once, before the nth call of an operation in a state.
func (w *world) during(state, operation string, n int32, do func()) {
	var count atomic.Int32
	w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
		if c.Task != nil && c.Task.State == state && c.Operation == operation && !asks(c) && count.Add(1) == n {
			do()
		}
		return nil
	})
}

func TestVersionThatAnAliasPointsToIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.during("Measure", "Invoke", 1, func() { w.sim.PointAlias(siblings[0], "beta", "2") })
		warnings := warningsOf(t, w.run(`{}`))
		require.Contains(t, warnings, "version 2 of "+x86+" (1024 MB, made by the tuner) is left, because an alias points to it")
		after := w.sim.Snapshot(siblings[0])
		require.Len(t, after.Versions, 2)
		require.Equal(t, "2", after.Aliases["beta"].FunctionVersion)
		require.NotContains(t, after.Aliases, run.LockName)
	})
}

func TestVersionThatSomebodyPublishesMeanwhileIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		var number string
		// A deployment that publishes $LATEST while it has a test size inherits the tuner's description.
		w.during("Prepare", "PublishVersion", 1, func() {
			number = w.sim.Publish(siblings[0], w.sim.Configuration(siblings[0]).Description)
		})
		outcome := w.run(`{"lambdaARN":"` + x86 + `","num":5,"powerValues":[256,1024]}`)
		require.NotEmpty(t, number)
		_, kept := w.sim.Snapshot(siblings[0]).Versions[number]
		require.True(t, kept)
		require.Len(t, w.sim.Snapshot(siblings[0]).Versions, 2)
		if outcome.Error == nil {
			require.Contains(t, warningsOf(t, outcome), "somebody published version "+number+" of "+x86+" while it had a test size: it has 1024 MB instead of 512; publish it again")
		}
	})
}

func TestDeploymentMeanwhileIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.during("Restore", "GetAlias", 1, func() {
			w.sim.Deploy(siblings[0], func(c *lambdasim.Configuration) { newCode(c); c.MemorySize, c.Description = 640, "new" })
		})
		warnings := warningsOf(t, w.run(`{}`))
		for _, want := range []string{
			x86 + " was deployed while it was being tuned: the deployment is kept, what was measured is the code before it",
			"somebody changed the memory size of " + x86 + " to 640 MB while it was being tuned (it was 512 MB): the change is kept",
			`somebody changed the description of ` + x86 + ` to "new" while it was being tuned (it was "counts primes"): the change is kept`,
		} {
			require.Contains(t, warnings, want)
		}
		require.Equal(t, 640, w.sim.Configuration(siblings[0]).MemorySize)
	})
}

func TestAutoOptimize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.mayApply("prod")
		before := w.snapshots()[0]
		outcome := w.run(`{"lambdaARN":"` + x86 + `","num":5,"powerValues":[256,1024],"autoOptimize":true,"autoOptimizeAlias":"prod","strategy":"speed"}`)
		require.Nil(t, outcome.Error)
		after := w.sim.Snapshot(siblings[0])
		require.Equal(t, 1024, after.Latest.MemorySize)
		require.Equal(t, before.Latest.Description, after.Latest.Description)
		require.Equal(t, 1024, after.Versions[after.Aliases["prod"].FunctionVersion].MemorySize)
		require.NotContains(t, after.Aliases, run.LockName)
		require.Len(t, after.Versions, 2)
	})
}

// A deployment lands before the winner is applied: the verdict stands, and says that it was not applied.
func TestAutoOptimizeAfterADeployment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.mayApply("prod")
		w.during("RestoreBeforeApply", "DeleteAlias", 1, func() { w.sim.Deploy(siblings[0], newCode) })
		outcome := w.run(`{"lambdaARN":"` + x86 + `","num":5,"powerValues":[256,1024],"autoOptimize":true,"autoOptimizeAlias":"prod","strategy":"speed"}`)
		require.Contains(t, warningsOf(t, outcome), "1024 MB were not applied: "+x86+" has changed since Plan: its code or configuration is not the one that is being tuned")
		after := w.sim.Snapshot(siblings[0])
		require.Equal(t, 512, after.Latest.MemorySize)
		require.NotContains(t, after.Aliases, run.LockName)
		require.NotContains(t, after.Aliases, "prod")
	})
}

// The whole run is paced, from its first step to its last: in no span of it are there more control calls than may
// be made at once and 10 a second on top.
func TestPace(t *testing.T) {
	for name, input := range map[string]string{
		"two targets":      `{}`,
		"every size":       `{"powerValues":"ALL","num":5,"exploration":"exhaustive"}`,
		"only cold starts": `{"onlyColdStarts":true,"num":25}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{PageSize: 5})
				for i := range 40 {
					w.sim.Deploy(siblings[0], func(c *lambdasim.Configuration) { c.Timeout = 31 + i })
					w.sim.Publish(siblings[0], "")
				}
				var mu sync.Mutex
				var times []time.Time
				w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
					if c.Task != nil && c.Function != "" && c.Operation != "Invoke" {
						mu.Lock()
						defer mu.Unlock()
						times = append(times, time.Now())
					}
					return nil
				})
				w.tuned(input)
				require.Greater(t, len(times), 60)
				for i := range times {
					for j := i + 1; j < len(times); j++ {
						require.LessOrEqual(t, float64(j-i+1), 20+10*times[j].Sub(times[i]).Seconds()+1, "calls %d to %d", i, j)
					}
				}
				require.Zero(t, w.sim.Throttled())
			})
		})
	}
}

// A run that shares the quota with somebody who takes most of it slows down, and gets to its end.
func TestPaceBesideOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		before := w.snapshots()
		stop := w.sim.Load(14)
		outcome := w.run(`{"exploration":"exhaustive"}`)
		calls, throttled := stop()
		require.Nil(t, outcome.Error)
		require.Equal(t, before, w.snapshots())
		require.Positive(t, throttled)
		require.Less(t, throttled, calls/10)
	})
}

// TestApplyIsInterrupted kills or fails Apply at each of its calls: the size is the old or the new one,
// never another, and nothing else is left behind.
func TestApplyIsInterrupted(t *testing.T) {
	kill := func(k lambdasim.Kill) lambdasim.Fault { return lambdasim.Fault{Kill: k} }
	for name, test := range map[string]struct {
		fault lambdasim.Fault
		stop  bool
		want  statemachine.Status
	}{
		"killed before": {kill(lambdasim.KillBefore), false, statemachine.Failed},
		"killed after":  {kill(lambdasim.KillAfter), false, statemachine.Failed},
		"stopped":       {lambdasim.Fault{Delay: 5 * time.Second}, true, statemachine.Aborted},
		"response lost": {lambdasim.Fault{Lost: true}, false, statemachine.Succeeded},
		"throttled":     {lambdasim.Fault{Err: lambdasim.Throttled("")}, false, statemachine.Succeeded},
		"server error":  {lambdasim.Fault{Err: lambdasim.ServiceFailure()}, false, statemachine.Succeeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 1
			for n := 1; n <= calls; n++ {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, lambdasim.Options{})
					w.mayApply("prod")
					var seen atomic.Int32
					w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
						if c.Task == nil || c.Task.State != "Apply" || seen.Add(1) != int32(n) {
							return nil
						}
						if test.stop {
							c.Task.Execution.Stop("", "")
						}
						return &test.fault
					})
					outcome := w.run(`{"lambdaARN":"` + x86 + `","num":5,"powerValues":[256,1024],"autoOptimize":true,"autoOptimizeAlias":"prod","strategy":"speed"}`)
					require.Equal(t, test.want, outcome.Status, "call %d: %v", n, outcome.Error)
					after := w.sim.Snapshot(siblings[0])
					require.False(t, after.Updating)
					require.Equal(t, "counts primes", after.Latest.Description)
					require.Contains(t, []int{512, 1024}, after.Latest.MemorySize)
					require.NotContains(t, after.Aliases, run.LockName)
					require.LessOrEqual(t, len(after.Versions), 2)
					if test.want == statemachine.Succeeded {
						require.Equal(t, 1024, after.Versions[after.Aliases["prod"].FunctionVersion].MemorySize)
					}
					calls = int(seen.Load())
				})
				calls = min(calls, 40)
			}
		})
	}
}

// What Restore finds after a failure stands in the history beside the failure, and nothing else does: the
// state is there already, and twice it could be too much.
func TestWarningsAfterAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.during("Measure", "Invoke", 7, func() {
			w.sim.PointAlias(siblings[0], "beta", "2")
			require.NoError(t, w.client.DeleteVersion(t.Context(), w.arn(0), "3"))
		})
		outcome := w.run(`{"lambdaARN":"` + x86 + `","num":5,"powerValues":[256,512,1024]}`)
		require.Equal(t, "Cancelled", outcome.Error.Name)
		var after struct{ Restored map[string]json.RawMessage }
		for _, e := range w.tuning.Executions()[0].History() {
			if e.Name == "RestoreAfterFailure" && e.Output != "" {
				require.NoError(t, json.Unmarshal([]byte(e.Output), &after))
			}
		}
		require.JSONEq(t, `["version 2 of `+x86+` (1024 MB, made by the tuner) is left, because an alias points to it"]`, string(after.Restored["warnings"]))
		require.JSONEq(t, `{"targets":null}`, string(after.Restored["journal"]))
		require.NotContains(t, after.Restored, "samples")
	})
}
