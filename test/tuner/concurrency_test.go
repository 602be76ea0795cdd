package tuner

import (
	"cmp"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/tuning"
)

// atOnce counts how many invocations of all functions run at once, at most. It is told of each call.
func atOnce() (count func(lambdasim.Call) *lambdasim.Fault, most func() int) {
	var mu sync.Mutex
	running, highest := 0, 0
	change := func(by int) {
		mu.Lock()
		defer mu.Unlock()
		running += by
		highest = max(highest, running)
	}
	count = func(c lambdasim.Call) *lambdasim.Fault {
		if !invokes(c) {
			return nil
		}
		change(1)
		return &lambdasim.Fault{After: func() { change(-1) }}
	}
	return count, func() int { return highest }
}

// metricsDenied keeps the tuner from asking CloudWatch.
func metricsDenied(c lambdasim.Call) *lambdasim.Fault {
	if c.Operation == "GetMetricData" {
		return &lambdasim.Fault{Err: &lambdasim.APIError{Status: 400, Code: "AccessDeniedException"}}
	}
	return nil
}

// The share of the account is of what is free, and the owner's ceiling is for all functions together.
func TestConcurrencyOfWhatIsFree(t *testing.T) {
	reserved := 200
	for name, test := range map[string]struct {
		arrange func(w *world)
		want    int
	}{
		"a quiet account":      {func(*world) {}, 100},
		"a busy account":       {func(w *world) { w.sim.SetMetric("ConcurrentExecutions", "", 700) }, 30},
		"a full account":       {func(w *world) { w.sim.SetMetric("ConcurrentExecutions", "", 1200) }, 1},
		"the owner's ceiling":  {func(w *world) { w.defaults.Ceilings = input.Ceilings{MaxConcurrency: 6} }, 6},
		"the owner allows one": {func(w *world) { w.defaults.Ceilings = input.Ceilings{MaxConcurrency: 1} }, 1},
		"reserved, in a full account": {func(w *world) {
			w.sim.SetReserved(siblings[0], &reserved)
			w.sim.SetReserved(siblings[1], &reserved)
			w.sim.SetMetric("ConcurrentExecutions", "", 1000)
		}, 40},
		"reserved, the owner's ceiling": {func(w *world) {
			w.sim.SetReserved(siblings[0], &reserved)
			w.sim.SetReserved(siblings[1], &reserved)
			w.defaults.Ceilings = input.Ceilings{MaxConcurrency: 1}
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				test.arrange(w)
				count, most := atOnce()
				w.sim.OnCall(count)
				require.Zero(t, w.tuned(`{"parallelInvocation":true,"num":40}`).Throttles)
				require.Equal(t, test.want, most())
			})
		})
	}
}

// Without CloudWatch's word the whole of what is unreserved counts as free.
func TestConcurrencyWithoutMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		count, most := atOnce()
		w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault { return cmp.Or(metricsDenied(c), count(c)) })
		w.tuned(`{"parallelInvocation":true,"num":40}`)
		require.Equal(t, 100, most())
	})
}

// The only reserved concurrency is taken, and the verdict says so.
func TestTheOnlyReservedConcurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		one := 1
		w.sim.SetReserved(siblings[0], &one)
		require.Contains(t, w.tuned(`{}`).Warnings,
			x86+" has one reserved concurrency that is not provisioned, and each of the run's invocations took it: its callers were throttled meanwhile")
	})
}

// A throttle narrows the lanes, for the rest of the run: a function's callers need the place that there is not.
func TestThrottlingNarrowsTheLanes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		var mu sync.Mutex
		running, most, throttled := 0, 0, 0
		w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			if c.Operation != "Invoke" || c.Function != siblings[0] {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			if running >= 8 { // that is what others leave
				throttled++
				most = 0
				return &lambdasim.Fault{Err: lambdasim.Throttled("ConcurrentInvocationLimitExceeded")}
			}
			running++
			most = max(most, running)
			return &lambdasim.Fault{After: func() { mu.Lock(); defer mu.Unlock(); running-- }}
		})
		o := w.tuned(`{"parallelInvocation":true,"num":100}`)
		require.LessOrEqual(t, most, 8)
		require.Equal(t, throttled, o.Throttles)
		require.Less(t, throttled, 200)
		for _, size := range o.Targets[0].Sizes {
			require.GreaterOrEqual(t, size.Samples, 100)
			require.Equal(t, tuning.X86, o.Targets[0].Architecture)
		}
	})
}

// A function of another account is refused, whatever a policy there would let the tuner do.
func TestFunctionsOfAnotherAccountAreRefused(t *testing.T) {
	const elsewhere = "arn:aws:lambda:us-east-1:999999999999:function:"
	for given, want := range map[string]string{
		`{"lambdaARN":"` + elsewhere + `f"}`:                                                 elsewhere + "f",
		`{"targets":["` + x86 + `","` + elsewhere + `g"]}`:                                   elsewhere + "g",
		`{"preProcessorARN":"` + elsewhere + `h","postProcessorARN":"` + elsewhere + `i:1"}`: elsewhere + "h and " + elsewhere + "i:1",
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, lambdasim.Options{})
			kind, message := w.fails(given)
			require.Equal(t, "NotTunable", kind)
			require.Equal(t, want+": not of account 123456789012, in which this state machine is: give functions of that account", message)
		})
	}
}
