package tuner

import (
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/tuning"
)

// No input passes what the owner allows: it is refused before anything is changed, by the property's name.
func TestInputsAboveTheCeilingsAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		ceilings    input.Ceilings
		timeout     int
		given, want string
	}{
		"a cost": {input.Ceilings{}, 30, `{"maxCost":5.01}`,
			"the input cannot be used: $.maxCost: given 5.01; allowed: at most 5 USD: the PowerTuning's property MaxCost"},
		"a cost above the owner's own": {input.Ceilings{MaxCost: 0.1}, 30, `{"maxCost":1}`,
			"the input cannot be used: $.maxCost: given 1; allowed: at most 0.1 USD: the PowerTuning's property MaxCost"},
		"a budget of invocations": {input.Ceilings{MaxInvocations: 80}, 30, `{"maxInvocations":90}`,
			"the input cannot be used: $.maxInvocations: given 90; allowed: at most 80: the PowerTuning's property MaxInvocations"},
		"samples": {input.Ceilings{MaxInvocations: 50}, 30, `{"num":10,"powerValues":[256,512,1024]}`,
			"this run makes 60 invocations at least, and the PowerTuning's property MaxInvocations is 50: ask for fewer samples (num) or memory sizes"},
		"samples that cost too much however quick they are": {input.Ceilings{MaxCost: 0.0001}, 30, `{"num":1000,"powerValues":[512]}`,
			"this run costs 0.00042 USD at least, and the PowerTuning's property MaxCost is 0.0001 USD: ask for fewer samples (num) or memory sizes"},
		"one sample that might": {input.Ceilings{MaxCost: 0.01}, 800, `{"num":10,"powerValues":[512,1024]}`,
			"one invocation of each memory size may cost 0.037 USD if it takes as long as the functions' time-outs allow, and the PowerTuning's property MaxCost is 0.01 USD: ask for fewer or smaller memory sizes, or shorten the time-outs"},
		"memory sizes": {input.Ceilings{PowerValues: []int{256, 512}}, 30, `{"powerValues":[256,"1024"],"powerValuesByArchitecture":{"arm64":[128,256]}}`,
			"the input cannot be used: $.powerValues: given [256,\"1024\"]; allowed: only 256, 512: the PowerTuning's property AllowedPowerValues\n" +
				"$.powerValuesByArchitecture.arm64: given 128, 256; allowed: only 256, 512: the PowerTuning's property AllowedPowerValues"},
		"all memory sizes": {input.Ceilings{PowerValues: []int{256, 512}}, 30, `{"powerValues":"ALL"}`,
			`the input cannot be used: $.powerValues: given "ALL"; allowed: only 256, 512: the PowerTuning's property AllowedPowerValues`},
		"payloads": {input.Ceilings{PayloadFixed: true}, 30, `{"payload":null,"payloadS3":"s3://a/b","preProcessorARN":"` + x86 + `:live"}`,
			"the input cannot be used: " +
				"$.payload: given a payload of its own; allowed: nothing: by the PowerTuning's property PayloadFixed no input chooses what the functions are invoked with\n" +
				"$.payloadS3: given a payload of its own; allowed: nothing: by the PowerTuning's property PayloadFixed no input chooses what the functions are invoked with\n" +
				"$.preProcessorARN: given a payload of its own; allowed: nothing: by the PowerTuning's property PayloadFixed no input chooses what the functions are invoked with"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.defaults.Ceilings, w.defaults.Num, w.defaults.PowerValues = test.ceilings, 0, nil
				w.allow(test.timeout)
				_, message := w.fails(test.given)
				require.Equal(t, test.want, message)
				w.neverInvoked()
			})
		})
	}
}

// neverInvoked requires that no function was invoked.
func (w *world) neverInvoked() {
	w.t.Helper()
	for _, e := range w.tuning.Executions()[0].History() {
		require.NotEqual(w.t, "Prepare", e.Name)
	}
}

// What cannot be known before is watched: the run ends with what it has before it passes a ceiling, confirmation and
// repeated invocations included.
func TestRunsEndBelowTheCeilings(t *testing.T) {
	const fixed = 2e-6 // of a cost in USD, for rounding
	for name, test := range map[string]struct {
		ceilings input.Ceilings
		input    string
		mean     float64 // ms
		want     string
	}{
		"a cost, exhaustively":                  {input.Ceilings{MaxCost: 0.02}, `{"num":200,"powerValues":[256,512,1024]}`, 4000, "MaxCost"},
		"a cost, one function":                  {input.Ceilings{MaxCost: 0.01}, `{"lambdaARN":"` + x86 + `","num":300,"powerValues":[256,512,1024]}`, 4000, "MaxCost"},
		"invocations, cold starts on top":       {input.Ceilings{MaxInvocations: 33}, `{"num":5,"powerValues":[256,512,1024]}`, 100, "MaxInvocations"},
		"invocations that would have confirmed": {input.Ceilings{MaxInvocations: 37}, `{"num":5,"powerValues":[256,512,1024]}`, 100, "MaxCost or MaxInvocations"},
		"invocations, adaptively":               {input.Ceilings{MaxInvocations: 24}, `{"exploration":"adaptive"}`, 100, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.defaults.Ceilings = test.ceilings
				w.behave(lambdasim.Behavior{Workload: lambdasim.CPUBound(lambdasim.Timing{Mean: test.mean})})
				var invoked atomic.Int64
				w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
					if c.Operation == "Invoke" {
						invoked.Add(1)
					}
					return nil
				})
				before := w.snapshots()
				outcome := w.run(test.input)
				require.Nil(t, outcome.Error)
				require.Equal(t, before, w.snapshots())
				var o tuning.Output
				require.NoError(t, json.Unmarshal([]byte(outcome.Output), &o))
				require.Contains(t, fmt.Sprint(o.Warnings), test.want)
				if most := test.ceilings.MaxCost; most > 0 {
					require.LessOrEqual(t, o.StateMachine.LambdaCost, most+fixed)
					require.Greater(t, o.StateMachine.LambdaCost, most*0.6, "it is used as far as is safe")
				}
				if most := test.ceilings.MaxInvocations; most > 0 {
					require.LessOrEqual(t, invoked.Load(), int64(most))
				}
			})
		})
	}
}

// Without a word of the owner a run costs 5 USD at most.
func TestTheDefaultCeiling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.defaults.TimeoutSeconds = 7 * 24 * 3600
		w.allow(800)
		w.behave(lambdasim.Behavior{Workload: lambdasim.CPUBound(lambdasim.Timing{Mean: 100_000})})
		o := w.tuned(`{"lambdaARN":"` + x86 + `","num":1000,"powerValues":[1769,3008],"parallelInvocation":true}`)
		require.LessOrEqual(t, o.StateMachine.LambdaCost, 5.0)
		require.Contains(t, o.Warnings, "the PowerTuning's property MaxCost ended the run before it had all its samples")
	})
}
