package tuner

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/answers"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/packing"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

func TestVerdictStep(t *testing.T) {
	const function = "arn:aws:lambda:us-east-1:123456789012:function:foreign"
	given := func(fields string) string { return `{"lambdaARN":"` + function + `",` + fields + `}` }
	j := run.Journal{Targets: []run.Target{
		{Function: function, Architecture: tuning.X86, MemorySize: 512, EphemeralStorage: 512, Today: run.Today{MemorySize: 512, Version: "$LATEST"}},
	}}
	var samples []tuning.Sample
	for size, ms := range map[int]float64{512: 100, 1024: 10} {
		s := tuning.Sample{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: size}, Duration: ms, BilledDuration: ms, Source: tuning.LogTail}
		samples = append(samples, s, s, s, s, s)
	}
	packed, err := packing.Encode(samples)
	require.NoError(t, err)
	state := func() *run.State {
		return &run.State{Next: run.StepMeasure, Journal: j, Samples: packed, Versions: []run.PublishedVersion{{Version: "7"}}, Responses: &answers.Comparison{}}
	}
	for name, test := range map[string]struct {
		input   string
		owned   bool
		allowed *input.AutoOptimize
		next    run.Step
	}{
		"done":              {given(`"powerValues":[512,1024]`), false, &input.AutoOptimize{}, run.StepDone},
		"apply":             {given(`"powerValues":[512,1024],"autoOptimize":true`), false, &input.AutoOptimize{}, run.StepApply},
		"an owned function": {given(`"powerValues":[512,1024],"autoOptimize":true`), true, &input.AutoOptimize{}, run.StepDone},
		"not allowed":       {given(`"powerValues":[512,1024],"autoOptimize":true`), false, nil, run.StepDone},
		"a dry run":         {given(`"powerValues":[512,1024],"autoOptimize":true,"dryRun":true`), false, &input.AutoOptimize{}, run.StepDone},
	} {
		t.Run(name, func(t *testing.T) {
			s := state()
			s.Journal.Targets = append([]run.Target{}, j.Targets...)
			s.Journal.Targets[0].Owned = test.owned
			got, err := Steps{}.Verdict(t.Context(), run.Event{Input: json.RawMessage(test.input), Defaults: input.Defaults{AutoOptimize: test.allowed}, State: s})
			require.NoError(t, err)
			require.Equal(t, test.next, got.Next)
			require.Empty(t, got.Samples)
			require.Empty(t, got.Versions)
			text, err := json.Marshal(got)
			require.NoError(t, err)
			if strings.Contains(test.input, "dryRun") {
				require.Nil(t, got.Output)
				require.Contains(t, string(text), `"output":null`)
				return
			}
			require.Equal(t, 1024, got.Output.Power)
		})
	}

	_, err = Steps{}.Verdict(t.Context(), run.Event{Input: json.RawMessage(given(`"num":1`)), State: state()})
	require.EqualError(t, err, "the input cannot be used: $.num: given 1; allowed: a whole number from 5 to 10000")
	_, err = Steps{}.Verdict(t.Context(), run.Event{})
	require.EqualError(t, err, "Verdict was started without the state of the step before")
}
