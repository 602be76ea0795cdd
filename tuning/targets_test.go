package tuning

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestAnEmptyInputTunesTheOnlyConstruct(t *testing.T) {
	for _, input := range []string{``, `null`, `{}`, `{"target":"Prime"}`} {
		in, warnings, err := DecodeInput(json.RawMessage(input), siblings)
		require.NoError(t, err)
		require.Empty(t, warnings)
		want := plain()
		want.Functions, want.Name, want.LiveAlias = []string{primeArm, primeX86}, "Prime", "live"
		want.Payloads[0].Body = json.RawMessage(`{"max":10}`)
		want.CompareResponses.Enabled = true
		require.Empty(t, cmp.Diff(want, in))
	}
}

func TestSeveralConstructsMustBeNamed(t *testing.T) {
	two := Defaults{Targets: []DefaultTarget{{Name: "Prime", Functions: []string{primeArm}}, {Name: "Number", Functions: []string{foreign}}}}
	_, _, err := DecodeInput(nil, two)
	require.EqualError(t, err, `the input cannot be used: $.target: given nothing; allowed: one of "Prime", "Number" (or lambdaARN, or targets)`)
	_, _, err = DecodeInput(json.RawMessage(`{"target":"prime"}`), two)
	require.EqualError(t, err, `the input cannot be used: $.target: given "prime"; allowed: "Prime", "Number"`)
	in, _, err := DecodeInput(json.RawMessage(`{"target":"Number"}`), two)
	require.NoError(t, err)
	require.Equal(t, []string{foreign}, in.Functions)
}

func TestAConstructsFunctionGivenByARNStaysTheConstructs(t *testing.T) {
	in, _, err := DecodeInput(json.RawMessage(`{"lambdaARN":"`+primeX86+`"}`), siblings)
	require.NoError(t, err)
	require.Equal(t, "Prime", in.Name)
	require.Equal(t, "live", in.LiveAlias)
	require.JSONEq(t, `{"max":10}`, string(in.Payloads[0].Body))

	in, _, err = DecodeInput(json.RawMessage(`{"targets":["`+foreign+`"]}`), siblings)
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
	in, _, err := DecodeInput(nil, d)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(Input{
		Functions: []string{primeX86, primeArm}, Name: "P", PowerValues: []int{512}, Num: 6,
		Payloads: []WeightedPayload{{Body: json.RawMessage("1"), Weight: 1, Samples: 3}, {Body: json.RawMessage("2"), Weight: 1, Samples: 3}},
		Strategy: Balanced, BalancedWeight: 0.75, ParallelInvocation: true, DiscardTopBottom: 0.2, Exploration: "exhaustive",
		CompareResponses: CompareResponses{Enabled: true, Ignore: []string{"/machine"}}, VisualizationURL: "https://example.org/",
	}, in))

	in, _, err = DecodeInput(json.RawMessage(`{"parallelInvocation":false,"compareResponses":false,"strategy":"speed","payload":null,"powerValues":[128]}`), d)
	require.NoError(t, err)
	require.False(t, in.ParallelInvocation)
	require.False(t, in.CompareResponses.Enabled)
	require.Equal(t, Speed, in.Strategy)
	require.Equal(t, []int{128}, in.PowerValues)
	require.Equal(t, []WeightedPayload{{Body: json.RawMessage("null"), Weight: 1, Samples: 6}}, in.Payloads)
}
