package tuner

import (
	"encoding/json"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/tuning"
)

// configured gives both functions' live versions another configuration.
func (w *world) configured(change func(*lambdasim.Configuration)) {
	for _, name := range siblings {
		w.sim.Deploy(name, change)
		w.sim.PointAlias(name, "live", w.sim.Publish(name, ""))
	}
}

// Adaptive exploration beside what else an input can ask for and a function can be.
func TestAdaptiveBesideEverythingElse(t *testing.T) {
	mixture := `[{"payload":{"n":1},"weight":1},{"payload":{"n":2},"weight":2}]`
	for name, test := range map[string]struct {
		input string
		setup func(w *world)
		check func(t *testing.T, w *world, o tuning.Output)
	}{
		"weighted payloads": {`"num":6,"payload":` + mixture, nil, wholeMixtures},
		"weighted payloads in S3": {`"num":6,"payloadS3":"s3://b/k"`, func(w *world) {
			w.objects = map[string][]byte{"s3://b/k": []byte(mixture)}
		}, wholeMixtures},
		"stats in the order of powerValues": {`"powerValues":[1024,256,512],"includeOutputResults":true`, nil, func(t *testing.T, _ *world, o tuning.Output) {
			var sizes []int
			for _, s := range o.Stats {
				if s.Architecture == tuning.Arm {
					sizes = append(sizes, s.Value)
				}
			}
			require.Equal(t, []int{1024, 256, 512}, sizes)
		}},
		"SnapStart": {`"powerValues":[256,512,1024]`, func(w *world) {
			w.configured(func(c *lambdasim.Configuration) { c.SnapStart.ApplyOn = "PublishedVersions" })
		}, func(t *testing.T, _ *world, o tuning.Output) {
			for _, target := range o.Targets {
				for _, size := range target.Sizes {
					require.Equal(t, size.Sandboxes, size.Cold.Samples)
					require.Positive(t, size.Cold.MeanInit)
				}
			}
		}},
		"ephemeral storage": {`"strategy":"cost"`, func(w *world) {
			w.configured(func(c *lambdasim.Configuration) { c.EphemeralStorage.Size = 10240 })
		}, func(t *testing.T, _ *world, o tuning.Output) {
			require.Equal(t, 1024, o.Power, "storage is paid by the second, so that a quick size is cheaper")
		}},
		"provisioned concurrency": {`"provisionedConcurrency":5,"invocationsPerMonth":1000000`, nil, func(t *testing.T, _ *world, o tuning.Output) {
			require.Equal(t, 256, o.Power, "memory that is kept ready costs most")
		}},
		"no prices": {`"priceOverrides":{"gbSecondX86":0,"gbSecondArm":0,"request":0}`, nil, func(t *testing.T, _ *world, o tuning.Output) {
			require.Equal(t, 512, o.Power, "today's")
		}},
		"allowed exceptions": {`"allowedExceptions":["Busy"]`, func(w *world) {
			b := quick()
			b.Respond = func(lambdasim.Invocation) lambdasim.Response {
				return lambdasim.Response{FunctionError: "Handled", Body: []byte(`{"errorType":"Busy"}`)}
			}
			w.behave(b)
		}, func(t *testing.T, _ *world, o tuning.Output) {
			require.Equal(t, "neither of the functions answered without an error", o.Responses.NotCompared)
			require.Equal(t, o.Targets[0].Sizes[0].Samples, o.Targets[0].Sizes[0].Errors)
		}},
		"rests": {`"sleepBetweenRunsMs":60000`, nil, nil},
		"almost all trimmed": {`"discardTopBottom":0.4,"strategy":"balanced","balancedWeight":0`, nil, func(t *testing.T, _ *world, o tuning.Output) {
			require.Equal(t, 1024, o.Power, "only speed counts")
		}},
		"sizes by architecture": {`"powerValuesByArchitecture":{"x86_64":[128,512],"arm64":[1769]}`, nil, func(t *testing.T, _ *world, o tuning.Output) {
			require.Equal(t, 3, o.Exploration.Sizes)
			require.Equal(t, tuning.Arm, o.Architecture)
		}},
		"live traffic on a version of another size": {`"includeOutputResults":true`, func(w *world) {
			w.configured(func(c *lambdasim.Configuration) { c.MemorySize = 1000 })
			for _, name := range siblings {
				w.sim.Deploy(name, func(c *lambdasim.Configuration) { c.MemorySize = 300 })
			}
		}, func(t *testing.T, _ *world, o tuning.Output) {
			require.Equal(t, 1000, o.Comparison.Today.Power)
			for _, s := range o.Stats {
				require.NotEqual(t, 1000, s.Value)
			}
			for _, p := range o.Curve {
				require.NotEqual(t, 1000, p.Power)
			}
		}},
		"out of memory on one architecture": {`"powerValues":[128,256,512,1024,2048]`, func(w *world) {
			b := quick()
			b.OutOfMemoryBelow = 1024
			w.sim.SetBehavior(siblings[1], b)
		}, func(t *testing.T, _ *world, o tuning.Output) {
			require.GreaterOrEqual(t, o.Power, 1024)
			require.NotNil(t, o.Comparison.Today, "today's x86_64 works")
		}},
		"time-outs on one architecture": {`"powerValues":[128,256,512,1024,2048]`, func(w *world) {
			b := quick()
			b.Workload = lambdasim.CPUBound(lambdasim.Timing{Mean: 10_000})
			w.sim.SetBehavior(siblings[1], b)
		}, func(t *testing.T, _ *world, o tuning.Output) {
			require.Equal(t, tuning.X86, o.Architecture)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				if test.setup != nil {
					test.setup(w)
				}
				payloads := w.payloads()
				o := w.tuned(`{"exploration":"adaptive",` + test.input + `}`)
				require.NotNil(t, o.Exploration)
				require.NotEmpty(t, o.Curve)
				for _, target := range o.Targets {
					for _, size := range target.Sizes {
						require.True(t, size.Failed != "" || size.Samples > 0, "%s at %d MB", target.Architecture, size.Power)
					}
				}
				if strings.Contains(name, "payloads") {
					require.Len(t, payloads(), 2)
				}
				if test.check != nil {
					test.check(t, w, o)
				}
			})
		})
	}
}

// Today's size was not asked for and tells enough of its architecture: that is not the budget's end.
func TestAdaptiveWithoutASizeOfOneArchitecture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.configured(func(c *lambdasim.Configuration) { c.MemorySize = 1000 })
		b := quick()
		b.OutOfMemoryBelow = 300
		w.behave(b)
		b.Workload = lambdasim.CPUBound(lambdasim.Timing{Mean: 600})
		w.sim.SetBehavior(siblings[0], b)
		o := w.tuned(`{"exploration":"adaptive","powerValues":[128,256,512,1024,2048]}`)
		require.False(t, o.Exploration.BudgetSpent)
		require.Equal(t, []string{"none of the memory sizes asked for was measured on x86_64; the verdict is the other architecture's alone"}, o.Warnings)
	})
}

// A processor that fails in a later round ends the run; both functions are put back.
func TestAdaptiveEndsWhereAProcessorFails(t *testing.T) {
	for role, input := range map[string]string{"preprocessor": "preProcessorARN", "postprocessor": "postProcessorARN"} {
		t.Run(role, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.sim.CreateFunction(lambdasim.Function{Name: "p", Behavior: lambdasim.Behavior{Respond: func(i lambdasim.Invocation) lambdasim.Response {
					if i.Number <= 9 { // the first round's
						return lambdasim.Response{Body: []byte(`{}`)}
					}
					return lambdasim.Response{FunctionError: "Unhandled", Body: []byte(`{"errorType":"KeyError","errorMessage":"a"}`)}
				}}})
				kind, message := w.fails(`{"exploration":"adaptive","` + input + `":"` + w.sim.FunctionARN("p") + `"}`)
				require.Equal(t, "TuningFailed", kind)
				require.Equal(t, role+" "+w.sim.FunctionARN("p")+" failed: the function failed (KeyError: a)", message)
			})
		})
	}
}

func TestAdaptiveAppliesItsWinner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.mayApply("best")
		outcome := w.run(`{"exploration":"adaptive","lambdaARN":"` + w.arn(0) + `","strategy":"speed","autoOptimize":true,"autoOptimizeAlias":"best"}`)
		require.Nil(t, outcome.Error)
		var o tuning.Output
		require.NoError(t, json.Unmarshal([]byte(outcome.Output), &o))
		require.Equal(t, 1024, o.Power)
		require.Len(t, o.Warnings, 1, "what callers of $LATEST were served with")
		best, err := w.client.Configuration(t.Context(), w.arn(0), "best")
		require.NoError(t, err)
		require.Equal(t, 1024, best.MemorySize)
		latest, err := w.client.Configuration(t.Context(), w.arn(0), "$LATEST")
		require.NoError(t, err)
		require.Equal(t, 1024, latest.MemorySize)
	})
}

// Where rests are longer than sandboxes live, every invocation is cold: after as many as were asked for they
// count, however few of them fit into a step.
func TestNothingButColdStartsComesToAnEnd(t *testing.T) {
	for name, input := range map[string]string{
		"adaptive": `{"exploration":"adaptive","maxInvocations":40,"sleepBetweenRunsMs":300000}`, "exhaustive": `{"num":10,"powerValues":[512],"sleepBetweenRunsMs":300000}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{IdleTime: time.Minute})
				w.defaults.TimeoutSeconds = 365 * 24 * 3600
				var invocations atomic.Int32
				w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
					if c.Operation == "Invoke" && invocations.Add(1) > 1000 {
						w.tuning.Executions()[0].Stop("endless", "")
					}
					return nil
				})
				o := w.tuned(input)
				explored := 0
				for _, target := range o.Targets {
					for _, size := range target.Sizes {
						require.Greater(t, size.ColdShare, 0.9)
						require.LessOrEqual(t, size.Samples, 20)
						explored += size.Samples
					}
				}
				require.LessOrEqual(t, explored, 40)
				require.LessOrEqual(t, int(invocations.Load()), explored+3*5*10)
			})
		})
	}
}

// wholeMixtures says that each size got whole cycles of three.
func wholeMixtures(t *testing.T, _ *world, o tuning.Output) {
	for _, target := range o.Targets {
		for _, size := range target.Sizes {
			require.Zero(t, size.Warm.Samples%3, "%s at %d MB", target.Architecture, size.Power)
		}
	}
}

// payloads counts what the functions are sent.
func (w *world) payloads() func() map[string]int {
	var mu sync.Mutex
	seen := map[string]int{}
	w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
		if c.Operation == "Invoke" {
			mu.Lock()
			defer mu.Unlock()
			seen[string(c.Body)]++
		}
		return nil
	})
	return func() map[string]int { return seen }
}
