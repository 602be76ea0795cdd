package tuner

import (
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/tuning"
)

// takes makes one size last, and another be quick.
func takes(at256 time.Duration) lambdasim.Behavior {
	b := quick()
	b.Init = lambdasim.Timing{Mean: 10_000} // the longest there is
	b.Workload = lambdasim.WorkloadFunc(func(_ string, size int) lambdasim.Timing {
		if size == 256 {
			return lambdasim.Timing{Mean: float64(at256 / time.Millisecond)}
		}
		return lambdasim.Timing{Mean: 1000}
	})
	return b
}

// Whatever a function's Timeout allows is waited for, to its end: nothing is invoked in vain.
func TestLongFunctions(t *testing.T) {
	for _, test := range []struct {
		timeout int // seconds
		takes   time.Duration
		want    string
	}{
		{840, 5 * time.Minute, ""},
		{840, 14*time.Minute - time.Second, ""},
		{900, 14*time.Minute + 58*time.Second, ""},
		{1200, 16 * time.Minute, ""},
		{1740, 29*time.Minute - time.Second, ""},
		{1740, 30 * time.Minute, `timed out \(Sandbox\.Timedout: RequestId: [0-9a-f-]+ Error: Task timed out after 1740\.00 seconds\)`},
		{1740, 2 * time.Second, ""},
	} {
		t.Run(fmt.Sprintf("%s of %d s", test.takes, test.timeout), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.allow(test.timeout)
				w.behave(takes(test.takes))
				w.defaults.TimeoutSeconds = 24 * 3600
				o := w.tuned(`{"powerValues":[256,512],"num":5}`)
				require.Zero(t, o.PossiblyDuplicated)
				for _, target := range o.Targets {
					failures := sizesOf(target, failure)
					require.Regexp(t, "^"+test.want+"$", failures[256])
					require.Empty(t, failures[512])
					if test.want == "" {
						require.Equal(t, map[int]int{256: 5, 512: 5}, sizesOf(target, func(s tuning.SizeStatistics) int { return s.Warm.Samples }))
					}
				}
			})
		})
	}
}

// What could outlast the step is refused by Plan, by name, before anything is changed or invoked; unless the
// input bounds it.
func TestPlanRefusesWhatNobodyCouldWaitFor(t *testing.T) {
	const (
		measure30 = 1800
		waits14   = x86 + " cannot be tuned: its Timeout is %d s, and Measure waits at most 840 s for an invocation: set its Timeout to 840 s or less, "
		waits29   = x86 + " cannot be tuned: its Timeout is %d s%s, and Measure waits at most 1740 s for an invocation: set its Timeout to 1740 s or less, " +
			"or give longestInvocationSeconds, 1740 or less, if no invocation takes longer than that"
		bounded14 = "or give longestInvocationSeconds, 840 or less, if no invocation takes longer than that"
	)
	for _, test := range []struct {
		timeout, measure int // seconds
		input, want      string
	}{
		{840, 0, "", ""},
		{841, 0, "", fmt.Sprintf(waits14, 841) + "or set MeasureTimeout of the tuning stack to 901 s, " + bounded14},
		{960, 0, "", fmt.Sprintf(waits14, 960) + "or set MeasureTimeout of the tuning stack to 1020 s, " + bounded14},
		{1741, 0, "", fmt.Sprintf(waits14, 1741) + bounded14},
		{1741, 0, `"longestInvocationSeconds":840`, ""},
		{1740, measure30, "", ""},
		{1741, measure30, "", fmt.Sprintf(waits29, 1741, "")},
		{1800, measure30, "", fmt.Sprintf(waits29, 1800, "")},
		{5400, measure30, "", fmt.Sprintf(waits29, 5400, "")},
		{1800, measure30, `"longestInvocationSeconds":1790`, fmt.Sprintf(waits29, 1800, ", longestInvocationSeconds is 1790")},
		{1800, measure30, `"longestInvocationSeconds":1740`, ""},
		{1800, measure30, `"longestInvocationSeconds":2`, ""},
	} {
		t.Run(fmt.Sprintf("%d s in %d s %s", test.timeout, test.measure, test.input), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.allow(test.timeout)
				w.defaults.MeasureTimeoutSeconds = test.measure
				w.behave(takes(time.Second))
				input := `{` + test.input + `}`
				if test.want == "" {
					w.tuned(input)
					return
				}
				var touched atomic.Int32
				w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
					if c.Writes() || invokes(c) {
						touched.Add(1)
					}
					return nil
				})
				kind, message := w.fails(input)
				require.Equal(t, "NotTunable", kind)
				require.Equal(t, test.want, message)
				require.Zero(t, touched.Load())
			})
		})
	}
}

// A bound that does not hold costs its memory size, and says so.
func TestAnInvocationOutlastsItsBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.allow(1800)
		w.behave(takes(29*time.Minute + 58*time.Second))
		w.defaults.TimeoutSeconds = 24 * 3600
		o := w.tuned(`{"powerValues":[256,512],"num":5,"longestInvocationSeconds":60}`)
		for _, target := range o.Targets {
			failures := sizesOf(target, failure)
			require.Regexp(t, `^an invocation was not back after 29m\d+s, and longestInvocationSeconds is 60$`, failures[256])
			require.Empty(t, failures[512])
		}
	})
}

// A preprocessor takes of the time that its invocation could be waited for: what is left over decides.
func TestPreprocessorOfALongFunction(t *testing.T) {
	for timeout, want := range map[int]string{1740: "NothingMeasured", 1700: ""} {
		t.Run(fmt.Sprint(timeout), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.allow(timeout)
				w.defaults.MeasureTimeoutSeconds = 1800
				w.behave(takes(27 * time.Minute))
				w.defaults.TimeoutSeconds = 24 * 3600
				w.sim.CreateFunction(lambdasim.Function{Name: "pre", Timeout: 900, Behavior: lambdasim.Behavior{Workload: lambdasim.Constant(40_000)}})
				var invoked atomic.Int32
				w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
					if invokes(c) && c.Function != "pre" {
						invoked.Add(1)
					}
					return nil
				})
				input := `{"powerValues":[256],"num":5,"preProcessorARN":"` + w.sim.FunctionARN("pre") + `"}`
				if want == "" {
					o := w.tuned(input)
					require.Zero(t, o.PossiblyDuplicated)
					return
				}
				kind, message := w.fails(input)
				require.Equal(t, want, kind)
				require.Regexp(t, `^no invocation got through in 3\dm\d+s \(0 were throttled so far\)$`, message)
				require.Zero(t, invoked.Load())
			})
		})
	}
}

// A run that began before the tuner was deployed anew has a state machine that waits 15 minutes for Measure.
func TestMeasureEndsWhenItsStateMachineExpects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.allow(600)
		w.behave(takes(9 * time.Minute))
		w.defaults.TimeoutSeconds = 24 * 3600
		w.measureLimit = 30 * time.Minute // of the new Lambda
		w.onTask = func(task *statemachine.Task) *statemachine.TaskFault {
			if task.State == "Measure" {
				require.Equal(t, 1, task.Attempt, "none timed out")
			}
			return nil
		}
		start := time.Now()
		o := w.tuned(`{"powerValues":[256],"num":5}`)
		require.Greater(t, time.Since(start), 70*time.Minute, "one invocation a step")
		require.Equal(t, 5, sizesOf(o.Targets[0], func(s tuning.SizeStatistics) int { return s.Warm.Samples })[256])
	})
}

// StopExecution leaves a Measure of half an hour running. Nothing has to wait for it: it changes nothing.
func TestStoppedInALongInvocation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.allow(1740)
		w.behave(takes(28 * time.Minute))
		w.machines()
		before := w.snapshots()
		e, err := w.tuning.Start("run", `{"powerValues":[256]}`)
		require.NoError(t, err)
		time.Sleep(10 * time.Minute)
		e.Stop("", "")
		time.Sleep(2 * time.Minute)
		require.Equal(t, before, w.snapshots())
		w.rest()
		require.Equal(t, before, w.snapshots())
	})
}
