package tuner

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/tuning"
)

// slowToBegin takes 100 ms, and 17.91 s to initialise: longer than the 10 s there are for that.
func slowToBegin() lambdasim.Behavior {
	return lambdasim.Behavior{Workload: lambdasim.Constant(100), Init: lambdasim.Timing{Mean: 17_910}}
}

// An INIT that takes too long is done again within the invocation, and the report of that has no Init Duration:
// it is a cold start all the same, in whichever lane and wherever the report was found.
func TestAnInitThatTakesTooLongIsAColdStart(t *testing.T) {
	long := strings.Repeat("0123456789", 500)
	for name, test := range map[string]struct {
		input  string
		output string
		tail   lambdasim.Tail
		deploy func(*lambdasim.Configuration)
	}{
		"one after the other":       {},
		"in parallel":               {input: `,"parallelInvocation":true`},
		"in parallel, chatty":       {input: `,"parallelInvocation":true`, output: long},
		"in parallel, no tail":      {input: `,"parallelInvocation":true`, tail: lambdasim.Missing},
		"in parallel, report cut":   {input: `,"parallelInvocation":true`, tail: lambdasim.CutReport},
		"in parallel, JSON":         {input: `,"parallelInvocation":true`, deploy: func(c *lambdasim.Configuration) { c.LoggingConfig.LogFormat = "JSON" }},
		"in parallel, JSON, chatty": {input: `,"parallelInvocation":true`, output: long, deploy: func(c *lambdasim.Configuration) { c.LoggingConfig.LogFormat = "JSON" }},
		"in parallel, JSON, no tail": {
			input: `,"parallelInvocation":true`, tail: lambdasim.Missing, deploy: func(c *lambdasim.Configuration) { c.LoggingConfig.LogFormat = "JSON" },
		},
		"in parallel, no reports": {input: `,"parallelInvocation":true`, deploy: func(c *lambdasim.Configuration) {
			c.LoggingConfig.LogFormat, c.LoggingConfig.SystemLogLevel = "JSON", "WARN"
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				if test.deploy != nil {
					for _, name := range siblings {
						w.sim.Deploy(name, test.deploy)
						w.sim.PointAlias(name, "live", w.sim.Publish(name, ""))
					}
				}
				b := slowToBegin()
				b.Output, b.Tail = test.output, func(lambdasim.Invocation) lambdasim.Tail { return test.tail }
				w.behave(b)
				sizes, num := "512,1024", 10
				if test.input != "" {
					sizes, num = "512", 7 // as many at once as Measure has memory for before it has seen an answer
				}
				o := w.tuned(fmt.Sprintf(`{"powerValues":[%s],"num":%d%s}`, sizes, num, test.input))
				for _, target := range o.Targets {
					for _, s := range target.Sizes {
						require.Equal(t, num, s.Warm.Samples)
						require.Equal(t, s.Sandboxes, s.Cold.Samples)
						require.InDelta(t, 100, s.Warm.Max, 15)
						require.Greater(t, s.Cold.Min, 18_000.0)
						require.InDelta(t, 100, s.Duration, 15)
					}
				}
				if strings.Contains(name, "no reports") {
					return
				}
				slow := []string{"x86_64 at 512 MB", "arm64 at 512 MB", "x86_64 at 1024 MB", "arm64 at 1024 MB"}[:2*len(o.Targets[0].Sizes)]
				for _, name := range slow {
					require.Contains(t, o.Warnings, name+" was not initialised within the 10 s that Lambda gives it: it was done again within the first invocation, "+
						"whose Duration and Billed Duration hold it; Lambda reports no Init Duration then, and such an invocation counts as a cold start")
				}
				require.Len(t, o.Warnings, len(slow))
			})
		})
	}
}

// One function counts all samples, as AWS Lambda Power Tuning does, and says how many were cold.
func TestOneFunctionWhoseInitTakesTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.behave(slowToBegin())
		o := w.tuned(`{"lambdaARN":"` + w.arn(0) + `","powerValues":[512],"num":10,"parallelInvocation":true}`)
		require.Equal(t, 10, o.Targets[0].Sizes[0].Sandboxes)
		require.InDelta(t, 1, o.Targets[0].Sizes[0].ColdShare, 0)
		require.InDelta(t, 18_010, o.Duration, 1e-9)
		require.Equal(t, []string{
			"x86_64 at 512 MB was not initialised within the 10 s that Lambda gives it: it was done again within the first invocation, whose Duration and Billed Duration hold it; Lambda reports no Init Duration then, and such an invocation counts as a cold start",
			"cold starts are among the samples (100 % at 512 MB), more than discardTopBottom leaves out; cost and duration there include initialisation",
		}, o.Warnings)
	})
}

// A sandbox that has crashed is initialised within the next invocation, of which no line in its tail tells.
func TestWhatFollowsACrashIsAColdStart(t *testing.T) {
	for _, parallel := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, lambdasim.Options{})
			var mu sync.Mutex
			calls := map[string]int{}
			w.behave(lambdasim.Behavior{
				Init: lambdasim.Timing{Mean: 5000},
				Workload: lambdasim.WorkloadFunc(func(architecture string, size int) lambdasim.Timing {
					mu.Lock()
					defer mu.Unlock()
					key := fmt.Sprint(architecture, size)
					if calls[key]++; calls[key]%4 == 0 {
						return lambdasim.Timing{Mean: 40_000} // times out after 30 s
					}
					return lambdasim.Timing{Mean: 100}
				}),
			})
			o := w.tuned(fmt.Sprintf(`{"powerValues":[512,1024],"num":10,"allowedExceptions":["Sandbox.Timedout"],"parallelInvocation":%t}`, parallel))
			for _, target := range o.Targets {
				for _, s := range target.Sizes {
					for _, spread := range []*tuning.Spread{s.Warm, s.Cold} {
						require.NotNil(t, spread)
					}
					require.Contains(t, []float64{100, 30_000}, s.Warm.Median)
					require.InDelta(t, 100, s.Warm.Min, 0)
					require.Greater(t, s.Cold.Min, 5000.0)
					if !parallel {
						require.Positive(t, s.Errors)
						require.Contains(t, o.Warnings, fmt.Sprintf("%s at %d MB was initialised within the invocation that followed a crash or time-out, whose Duration and Billed Duration hold it; such an invocation counts as a cold start", target.Architecture, s.Power))
					}
				}
			}
		})
	}
}

// What a function prints makes no cold start of a warm invocation.
func TestPrintedInitReportsAreOfNoAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		b := quick()
		b.Output = "INIT_REPORT Init Duration: 9999.79 ms\tPhase: init\tStatus: timeout"
		w.behave(b)
		o := w.tuned(`{"powerValues":[512,1024]}`)
		for _, target := range o.Targets {
			for _, s := range target.Sizes {
				require.Equal(t, 1, s.Cold.Samples)
			}
		}
		require.Empty(t, o.Warnings)
	})
}

// With its START cut off nothing tells it from the platform's: then the function is measured cold, as often again and
// no more, and within what was given.
func TestForgedInitReportsHaveAnEnd(t *testing.T) {
	for _, input := range []string{`{"powerValues":[512,1024]}`, `{"exploration":"adaptive","maxInvocations":40}`} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, lambdasim.Options{})
			b := quick()
			b.Output = strings.Repeat("0123456789", 500) + "\nINIT_REPORT Init Duration: 9999.79 ms\tPhase: init\tStatus: timeout"
			w.behave(b)
			o := w.tuned(input)
			_, made := w.explored()
			if strings.Contains(input, "maxInvocations") {
				require.LessOrEqual(t, made, 40)
			} else {
				require.LessOrEqual(t, made, 4*2*5)
			}
			for _, target := range o.Targets {
				for _, s := range target.Sizes {
					require.InDelta(t, 1, s.ColdShare, 0)
				}
			}
		})
	}
}
