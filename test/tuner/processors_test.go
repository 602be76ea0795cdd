package tuner

import (
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
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
