package tuner

import (
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/tuning"
)

// Where a function of its own takes the traffic, today's configuration is what that one runs, whichever sibling the
// construct calls the primary; and the tuner only ever reads it.
func TestTodayIsWhatTheServingFunctionRuns(t *testing.T) {
	for _, test := range []struct {
		name     string
		arrange  func(*world)
		today    tuning.Configuration
		warnings []string
	}{
		{"the primary's architecture", func(w *world) { w.serve("x86_64", 1024, "code of prime-x86") },
			tuning.Configuration{Architecture: tuning.X86, MemorySize: 1024}, nil},
		{"the other one, in the middle of a deployment", func(w *world) { w.serve("arm64", 256, "code of prime-arm64") },
			tuning.Configuration{Architecture: tuning.Arm, MemorySize: 256}, nil},
		{"other code", func(w *world) { w.serve("x86_64", 1024, "code of last week") },
			tuning.Configuration{Architecture: tuning.X86, MemorySize: 1024},
			[]string{"what " + serving + ":live runs (version 1) is not the code of " + x86 + ", which is what was measured"}},
		{"none", func(w *world) { w.defaults.Targets[0].Serving = serving + ":live" },
			tuning.Configuration{Architecture: tuning.X86, MemorySize: 512},
			[]string{
				"the serving function " + serving + ":live is not there: today's configuration is taken from $LATEST of " + x86,
				"the serving function " + serving + ":live is not there: today's configuration is taken from $LATEST of " + arm,
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				test.arrange(w)
				var mu sync.Mutex
				asked := map[string]bool{}
				w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
					mu.Lock()
					defer mu.Unlock()
					if c.Function == "prime" {
						asked[c.Operation+" "+c.Resource] = true
					}
					return nil
				})
				o := w.tuned(`{"num":5,"exploration":"exhaustive"}`)
				require.Equal(t, map[string]bool{"GetFunctionConfiguration " + serving + ":live": true}, asked)
				var today []tuning.Configuration
				for _, target := range o.Targets {
					for _, size := range target.Sizes {
						if size.Today {
							today = append(today, tuning.Configuration{Architecture: target.Architecture, MemorySize: size.Power})
						}
					}
				}
				require.Equal(t, []tuning.Configuration{test.today}, today)
				require.Subset(t, o.Warnings, test.warnings)
			})
		})
	}
}

const serving = "arn:aws:lambda:us-east-1:123456789012:function:prime"

// serve makes a function that takes the traffic.
func (w *world) serve(architecture string, memory int, code string) {
	w.sim.CreateFunction(lambdasim.Function{
		Name: "prime", Architecture: architecture, MemorySize: memory, Timeout: 30, Code: code,
		Behavior: lambdasim.Behavior{Workload: lambdasim.CPUBound(lambdasim.Timing{Mean: 100})},
	})
	w.sim.PointAlias("prime", "live", w.sim.Publish("prime", ""))
	w.defaults.Targets[0].Serving = serving + ":live"
}
