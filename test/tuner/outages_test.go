package tuner

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/tuning"
)

// outage has all calls that it is for fail alike, from the first of them on and for as long as it lasts.
func (w *world) outage(lasts time.Duration, err *lambdasim.APIError, during func(lambdasim.Call) bool) {
	var mu sync.Mutex
	var end time.Time
	w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
		if !during(c) {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		if end.IsZero() {
			end = time.Now().Add(lasts)
		}
		if time.Now().After(end) {
			return nil
		}
		return &lambdasim.Fault{Err: err}
	})
}

func invokes(c lambdasim.Call) bool { return c.Operation == "Invoke" }

// Lambda answers no invocation for a while: all that is lost is time.
func TestOutageOfInvoke(t *testing.T) {
	for _, input := range []string{`{}`, `{"parallelInvocation":true,"num":10}`, `{"onlyColdStarts":true,"num":10}`} {
		for _, lasts := range []time.Duration{500 * time.Millisecond, time.Second, 30 * time.Second, 4 * time.Minute} {
			t.Run(input+" "+lasts.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, lambdasim.Options{})
					w.outage(lasts, lambdasim.ServiceFailure(), invokes)
					o := w.tuned(input)
					for _, target := range o.Targets {
						for size, failed := range sizesOf(target, failure) {
							require.Empty(t, failed, "%s at %d MB", target.Architecture, size)
						}
					}
					require.Len(t, o.Targets, 2)
					require.Positive(t, o.PossiblyDuplicated)
				})
			})
		}
	}
}

// The account's control calls are throttled for two minutes, by a deployment of many functions say.
func TestControlCallsThrottledForMinutes(t *testing.T) {
	for _, state := range []string{"Plan", "Prepare", "Restore"} {
		t.Run(state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				var throttled atomic.Bool
				w.outage(2*time.Minute, lambdasim.Throttled("CallerRateLimitExceeded"), func(c lambdasim.Call) bool {
					if invokes(c) || c.Task == nil || c.Task.State != state {
						return false
					}
					throttled.Store(true)
					return true
				})
				w.tuned(`{}`)
				require.True(t, throttled.Load())
			})
		})
	}
}

// Restore fails for a reason that no waiting in it helps against: what was measured is not thrown away.
func TestRestoreIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.outage(20*time.Second, lambdasim.AccessDenied("lambda:GetAlias", x86), func(c lambdasim.Call) bool {
			return c.Task != nil && c.Task.State == "Restore"
		})
		w.tuned(`{}`)
	})
}

// The tuner's own functions have not been called for weeks: each of them takes a while to be invoked at all.
func TestInactiveStepFunctions(t *testing.T) {
	for _, code := range []string{"CodeArtifactUserPendingException", "ResourceNotReadyException", "ResourceConflictException"} {
		t.Run(code, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				var mu sync.Mutex
				active, refused := map[string]time.Time{}, map[string]bool{}
				w.onTask = func(task *statemachine.Task) *statemachine.TaskFault {
					mu.Lock()
					defer mu.Unlock()
					if active[task.Function].IsZero() {
						active[task.Function] = time.Now().Add(106 * time.Second)
					}
					if time.Now().After(active[task.Function]) {
						return nil
					}
					refused[task.Execution.Machine.Name()+" "+task.State] = true
					return &statemachine.TaskFault{Before: &statemachine.Error{Name: "Lambda." + code}}
				}
				w.tuned(`{}`)
				before := w.snapshots()
				w.during("Measure", "Invoke", 1, func() { w.tuning.Executions()[1].Stop("", "") })
				e, err := w.tuning.Start("stopped", `{}`)
				require.NoError(t, err)
				e.Wait()
				w.rest()
				require.Equal(t, before, w.snapshots())
				require.Equal(t, statemachine.Succeeded, w.healing.Executions()[0].Outcome().Status)
				require.Equal(t, []string{"heal Heal", "tune Measure", "tune Plan", "tune Prepare", "tune Restore", "tune Verdict"}, slices.Sorted(maps.Keys(refused)))
			})
		})
	}
}

// One architecture is never answered: there is no verdict, least of all the other architecture's alone.
func TestOutageOfOneFunctionsInvocations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.outage(time.Hour, lambdasim.ServiceFailure(), func(c lambdasim.Call) bool {
			return invokes(c) && c.Function == siblings[1]
		})
		name, message := w.fails(`{}`)
		require.Equal(t, "NothingMeasured", name)
		require.Regexp(t, `^no invocation of arm64 at \d+ MB was answered in 5m\d+s: no answer: it may have taken effect: `+
			`ServiceException: An error occurred and the request cannot be processed\.$`, message)
	})
}

// A function whose Timeout is long needs most of a step for the first invocation; being throttled just
// then is no reason to end the run sooner than that of any other.
func TestThrottledForMinutes(t *testing.T) {
	for _, seconds := range []int{30, 300, 840, 900, 1740} {
		t.Run((time.Duration(seconds) * time.Second).String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.allow(seconds)
				w.outage(10*time.Minute, lambdasim.Throttled("CallerRateLimitExceeded"), invokes)
				require.Positive(t, w.tuned(`{}`).Throttles)
			})
		})
	}
}

// An invocation that was cut off at a step's end goes on and keeps its concurrency until it has ended.
func TestCutInvocationKeepsItsConcurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.defaults.TimeoutSeconds = 24 * 3600
		one := 1
		w.sim.SetReserved(siblings[0], &one)
		w.sim.Deploy(siblings[0], func(c *lambdasim.Configuration) { c.Timeout = 840 })
		b := quick()
		var mu sync.Mutex
		calls := 0
		b.Workload = lambdasim.WorkloadFunc(func(string, int) lambdasim.Timing {
			mu.Lock()
			defer mu.Unlock()
			if calls++; calls == 9 {
				return lambdasim.Timing{Mean: 800_000}
			}
			return lambdasim.Timing{Mean: 100_000}
		})
		w.behave(b)
		o := w.tuned(`{"lambdaARN":"` + w.arn(0) + `","num":12,"powerValues":[512]}`)
		require.Equal(t, map[int]int{512: 12}, sizesOf(o.Targets[0], func(s tuning.SizeStatistics) int { return s.Samples }))
		require.Positive(t, o.Throttles)
		require.Equal(t, 1, o.PossiblyDuplicated)
		require.Contains(t, o.Warnings, "an invocation of x86_64 at 512 MB was cut off at a step's end and repeated: slow ones are cut off first, so its mean may be too low")
	})
}
