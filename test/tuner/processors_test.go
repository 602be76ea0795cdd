package tuner

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/tuning"
)

func TestProcessors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		var mu sync.Mutex
		seen := map[string][]string{}
		record := func(answer string) func(lambdasim.Invocation) lambdasim.Response {
			return func(i lambdasim.Invocation) lambdasim.Response {
				mu.Lock()
				defer mu.Unlock()
				seen[i.Function] = append(seen[i.Function], string(i.Payload))
				return lambdasim.Response{Body: []byte(answer)}
			}
		}
		w.sim.CreateFunction(lambdasim.Function{Name: "pre", Behavior: lambdasim.Behavior{Respond: record(`{"order":7}`)}})
		w.sim.CreateFunction(lambdasim.Function{Name: "post", Behavior: lambdasim.Behavior{Respond: record(`null`)}})
		w.sim.PointAlias("post", "live", w.sim.Publish("post", ""))
		b := quick()
		b.Respond = record(`{"done":true}`)
		w.behave(b)
		w.tuned(`{"lambdaARN":"` + w.arn(0) + `","num":5,"powerValues":[512],"payload":{"a":1},"preProcessorARN":"` + w.sim.FunctionARN("pre") +
			`","postProcessorARN":"` + w.sim.FunctionARN("post") + `:live"}`)
		require.NotEmpty(t, seen["pre"])
		for function, want := range map[string]string{"pre": `{"a":1}`, siblings[0]: `{"order":7}`, "post": `{"done":true}`} {
			require.Len(t, seen[function], len(seen["pre"]))
			for _, payload := range seen[function] {
				require.Equal(t, want, payload, function)
			}
		}
	})
}

func TestProcessorFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.sim.CreateFunction(lambdasim.Function{Name: "pre", Behavior: lambdasim.Behavior{Respond: func(lambdasim.Invocation) lambdasim.Response {
			return lambdasim.Response{FunctionError: "Unhandled", Body: []byte(`{"errorType":"KeyError","errorMessage":"a"}`)}
		}}})
		name, message := w.fails(`{"lambdaARN":"` + w.arn(0) + `","num":5,"payload":{"secret":1},"preProcessorARN":"` + w.sim.FunctionARN("pre") + `"}`)
		require.Equal(t, "TuningFailed", name)
		require.Equal(t, "preprocessor "+w.sim.FunctionARN("pre")+" failed: the function failed (KeyError: a)", message)
	})
}

// processed is a run's input with both processors.
func (w *world) processed(more string) string {
	return `{"lambdaARN":"` + w.arn(0) + `","num":5,"powerValues":[512],"preProcessorARN":"` + w.sim.FunctionARN("pre") +
		`","postProcessorARN":"` + w.sim.FunctionARN("post") + `"` + more + `}`
}

// A processor is not answered for a while: that costs time and nothing else.
func TestOutageOfProcessors(t *testing.T) {
	for _, name := range []string{"pre", "post"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				for _, processor := range []string{"pre", "post"} {
					w.sim.CreateFunction(lambdasim.Function{Name: processor})
				}
				w.outage(time.Minute, lambdasim.ServiceFailure(), func(c lambdasim.Call) bool { return invokes(c) && c.Function == name })
				o := w.tuned(w.processed(""))
				require.Equal(t, map[int]int{512: 5}, sizesOf(o.Targets[0], func(s tuning.SizeStatistics) int { return s.Samples }))
				require.Positive(t, o.PossiblyDuplicated)
			})
		})
	}
}

// A processor that hangs is cut off before Lambda ends the step, and the run ends by its name.
func TestProcessorHangs(t *testing.T) {
	for role, name := range map[string]string{"preprocessor": "pre", "postprocessor": "post"} {
		for hangs, input := range map[string]string{"at once": "", "later": `,"parallelInvocation":true`} {
			t.Run(role+" "+hangs, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, lambdasim.Options{})
					w.defaults.TimeoutSeconds = 24 * 3600
					for _, processor := range []string{"pre", "post"} {
						f := lambdasim.Function{Name: processor, Timeout: 900}
						if processor == name {
							f.Behavior.Workload = lambdasim.Constant(1_000_000)
						}
						w.sim.CreateFunction(f)
					}
					kind, message := w.fails(w.processed(input))
					require.Equal(t, "TuningFailed", kind)
					require.Equal(t, role+" "+w.sim.FunctionARN(name)+" takes longer than the 14 minutes that an invocation can be waited for", message)
				})
			})
		}
	}
}

// One that is slow late in a step is asked again in the next one; what was measured before is kept.
func TestProcessorIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.defaults.TimeoutSeconds = 24 * 3600
		var mu sync.Mutex
		calls := 0
		w.sim.CreateFunction(lambdasim.Function{Name: "pre", Timeout: 900, Behavior: lambdasim.Behavior{
			Workload: lambdasim.WorkloadFunc(func(string, int) lambdasim.Timing {
				mu.Lock()
				defer mu.Unlock()
				if calls++; calls == 3 {
					return lambdasim.Timing{Mean: 800_000} // more than is left of the step
				}
				return lambdasim.Timing{Mean: 100_000}
			}),
		}})
		w.sim.CreateFunction(lambdasim.Function{Name: "post"})
		o := w.tuned(w.processed(""))
		require.Equal(t, map[int]int{512: 5}, sizesOf(o.Targets[0], func(s tuning.SizeStatistics) int { return s.Samples }))
		require.Equal(t, 1, o.PossiblyDuplicated)
	})
}

func TestPayloadFromS3(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		var mu sync.Mutex
		payloads := map[string]int{}
		b := quick()
		b.Respond = func(i lambdasim.Invocation) lambdasim.Response {
			mu.Lock()
			defer mu.Unlock()
			payloads[string(i.Payload)]++
			return lambdasim.Response{Body: []byte(`{}`)}
		}
		w.behave(b)
		w.objects = map[string][]byte{"s3://bucket/payload.json": []byte(`[{"payload":{"a":1},"weight":1},{"payload":{"a":2},"weight":3}]`)}
		w.tuned(`{"lambdaARN":"` + w.arn(0) + `","num":8,"dryRun":false,"powerValues":[512,1024],"payloadS3":"s3://bucket/payload.json"}`)
		require.Len(t, payloads, 2)
		require.InDelta(t, 3, float64(payloads[`{"a":2}`])/float64(payloads[`{"a":1}`]), 0.5)

		before := w.snapshots()
		outcome, err := w.tuning.Start("missing", `{"payloadS3":"s3://bucket/other.json"}`)
		require.NoError(t, err)
		require.Contains(t, outcome.Wait().Error.Cause, "reading the payload from s3://bucket/other.json: not found")
		w.rest()
		require.Equal(t, before, w.snapshots())
	})
}
