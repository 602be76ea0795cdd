package input

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

func TestAnEmptyInputTunesTheOnlyConstruct(t *testing.T) {
	for _, input := range []string{``, `null`, `{}`, `{"target":"Prime"}`} {
		in, warnings, err := Decode(json.RawMessage(input), siblings)
		require.NoError(t, err)
		require.Empty(t, warnings)
		want := plain()
		want.Functions, want.Name, want.LiveAlias = []string{primeArm, primeX86}, "Prime", "live"
		want.Payloads[0].Body = json.RawMessage(`{"max":10}`)
		want.CompareResponses.Enabled, want.Exploration, want.MaxInvocations = true, tuning.Adaptive, 100
		require.Empty(t, cmp.Diff(want, in))
	}
}

func TestSeveralConstructsMustBeNamed(t *testing.T) {
	two := Defaults{Targets: []DefaultTarget{{Name: "Prime", Functions: []string{primeArm}}, {Name: "Number", Functions: []string{foreign}}}}
	_, _, err := Decode(nil, two)
	require.EqualError(t, err, `the input cannot be used: $.target: given nothing; allowed: one of "Prime", "Number" (or lambdaARN, or targets)`)
	_, _, err = Decode(json.RawMessage(`{"target":"prime"}`), two)
	require.EqualError(t, err, `the input cannot be used: $.target: given "prime"; allowed: "Prime", "Number"`)
	in, _, err := Decode(json.RawMessage(`{"target":"Number"}`), two)
	require.NoError(t, err)
	require.Equal(t, []string{foreign}, in.Functions)
}

// A tuner without constructs takes {} if it may tune one function only, as if the input gave its ARN.
func TestAnEmptyInputTunesTheOnlyFunction(t *testing.T) {
	for _, given := range []string{``, `{}`} {
		in, warnings, err := Decode(json.RawMessage(given), Defaults{Functions: []string{foreign}})
		require.NoError(t, err)
		require.Empty(t, warnings)
		want, _, err := Decode(json.RawMessage(`{"lambdaARN":"`+foreign+`"}`), Defaults{})
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(want, in))
	}
	_, _, err := Decode(nil, Defaults{Functions: []string{primeArm, foreign}})
	require.EqualError(t, err, `the input cannot be used: $.lambdaARN: given nothing; allowed: one of `+primeArm+`, `+foreign+` (or targets)`)
	in, _, err := Decode(json.RawMessage(`{"lambdaARN":"`+primeArm+`"}`), Defaults{Functions: []string{foreign}})
	require.NoError(t, err)
	require.Equal(t, []string{primeArm}, in.Functions, "IAM decides whether it may be tuned")
	in, _, err = Decode(nil, Defaults{Functions: []string{foreign}, Targets: siblings.Targets})
	require.NoError(t, err)
	require.Equal(t, "Prime", in.Name)
}

func TestAConstructsFunctionGivenByARNStaysTheConstructs(t *testing.T) {
	in, _, err := Decode(json.RawMessage(`{"lambdaARN":"`+primeX86+`"}`), siblings)
	require.NoError(t, err)
	require.Equal(t, "Prime", in.Name)
	require.Equal(t, "live", in.LiveAlias)
	require.JSONEq(t, `{"max":10}`, string(in.Payloads[0].Body))

	in, _, err = Decode(json.RawMessage(`{"targets":["`+foreign+`"]}`), siblings)
	require.NoError(t, err)
	require.Empty(t, in.Name)
}

func TestDefaultsFillWhatTheInputDoesNotSay(t *testing.T) {
	half := 0.75
	d := Defaults{
		PowerValues: []int{512}, Num: 6, Strategy: "balanced", BalancedWeight: &half, ParallelInvocation: true,
		Payload: json.RawMessage(`[{"payload":1,"weight":1},{"payload":2,"weight":1}]`), VisualizationURL: "https://example.org/",
		CompareResponses: json.RawMessage(`{"ignore":["/machine"]}`), Targets: []DefaultTarget{{Name: "P", Functions: []string{primeX86, primeArm}}},
	}
	in, _, err := Decode(nil, d)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(Input{
		Functions: []string{primeX86, primeArm}, Name: "P", PowerValues: []int{512}, Num: 6,
		Payloads: []WeightedPayload{{Body: json.RawMessage("1"), Weight: 1, Samples: 3}, {Body: json.RawMessage("2"), Weight: 1, Samples: 3}},
		Strategy: tuning.Balanced, BalancedWeight: 0.75, ParallelInvocation: true, DiscardTopBottom: 0.2, Exploration: "exhaustive",
		CompareResponses: CompareResponses{Enabled: true, Ignore: []string{"/machine"}}, VisualizationURL: "https://example.org/",
	}, in))

	in, _, err = Decode(json.RawMessage(`{"parallelInvocation":false,"compareResponses":false,"strategy":"speed","payload":null,"powerValues":[128]}`), d)
	require.NoError(t, err)
	require.False(t, in.ParallelInvocation)
	require.False(t, in.CompareResponses.Enabled)
	require.Equal(t, tuning.Speed, in.Strategy)
	require.Equal(t, []int{128}, in.PowerValues)
	require.Equal(t, []WeightedPayload{{Body: json.RawMessage("null"), Weight: 1, Samples: 6}}, in.Payloads)
}

// Adaptive is the default for two functions; saying how often each size is to be measured, in the input or
// in the props, means that each is.
func TestWhoExploresAdaptively(t *testing.T) {
	for name, test := range map[string]struct {
		input    string
		defaults Defaults
		want     tuning.Exploration
	}{
		"two functions":                 {`{}`, Defaults{}, tuning.Adaptive},
		"two by ARN":                    {`{"targets":["` + primeX86 + `","` + primeArm + `"]}`, Defaults{}, tuning.Adaptive},
		"one":                           {`{"lambdaARN":"` + primeX86 + `"}`, Defaults{}, tuning.Exhaustive},
		"one in a list":                 {`{"targets":["` + primeX86 + `"]}`, Defaults{}, tuning.Exhaustive},
		"num":                           {`{"num":10}`, Defaults{}, tuning.Exhaustive},
		"the construct's num":           {`{}`, Defaults{Num: 20}, tuning.Exhaustive},
		"the construct's num, adaptive": {`{"exploration":"adaptive"}`, Defaults{Num: 20}, tuning.Adaptive},
		"the construct's, num":          {`{"num":10}`, Defaults{Exploration: tuning.Adaptive}, tuning.Exhaustive},
		"the construct's both":          {`{}`, Defaults{Exploration: tuning.Adaptive, Num: 20}, tuning.Adaptive},
		"the construct's":               {`{}`, Defaults{Exploration: tuning.Exhaustive}, tuning.Exhaustive},
		"the construct's, overridden":   {`{"exploration":"adaptive","num":20}`, Defaults{Exploration: tuning.Exhaustive}, tuning.Adaptive},
		"the construct's, one":          {`{"lambdaARN":"` + primeX86 + `"}`, Defaults{Exploration: tuning.Adaptive}, tuning.Exhaustive},
		"a construct's only one":        {`{"target":"Lone"}`, Defaults{}, tuning.Exhaustive},
		"a construct's only one, by it": {`{"target":"Lone"}`, Defaults{Exploration: tuning.Adaptive}, tuning.Adaptive},
		"cold starts":                   {`{"onlyColdStarts":true}`, Defaults{Exploration: tuning.Adaptive}, tuning.Exhaustive},
	} {
		t.Run(name, func(t *testing.T) {
			test.defaults.Targets = siblings.Targets
			if strings.Contains(test.input, "Lone") {
				test.defaults.Targets = []DefaultTarget{{Name: "Lone", Functions: []string{primeX86}}}
			}
			in, _, err := Decode(json.RawMessage(test.input), test.defaults)
			require.NoError(t, err)
			require.Equal(t, test.want, in.Exploration)
		})
	}
}
