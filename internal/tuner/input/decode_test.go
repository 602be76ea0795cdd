package input

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdalimits"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/tuning"
)

const (
	primeX86 = "arn:aws:lambda:eu-west-1:123456789012:function:prime-x86"
	primeArm = "arn:aws:lambda:eu-west-1:123456789012:function:prime-arm"
	foreign  = "arn:aws:lambda:us-east-1:123456789012:function:foreign"
)

var siblings = Defaults{Targets: []DefaultTarget{{
	Name: "Prime", Functions: []string{primeArm, primeX86}, LiveAlias: "live", Payload: json.RawMessage(`{"max": 10}`),
}}}

// plain is what {"lambdaARN": foreign} means.
func plain() Input {
	return Input{
		Functions: []string{foreign}, PowerValues: defaultPowerValues, Num: 10,
		Payloads: []WeightedPayload{{Body: json.RawMessage("null"), Weight: 1, Samples: 10}},
		Strategy: tuning.Cost, BalancedWeight: 0.5, DiscardTopBottom: 0.2, Exploration: "exhaustive",
		VisualizationURL: "https://lambda-power-tuning.show/",
	}
}

// with adds fields to {"lambdaARN": foreign}.
func with(fields string) string { return `{"lambdaARN":"` + foreign + `",` + fields + `}` }

func TestDecodeInput(t *testing.T) {
	one := func(body string, samples int) []WeightedPayload {
		return []WeightedPayload{{Body: json.RawMessage(body), Weight: 1, Samples: samples}}
	}
	for name, test := range map[string]struct {
		input    string
		want     func(in *Input)
		warnings []string
	}{
		"only a function":     {input: `{"lambdaARN":"` + foreign + `"}`, want: func(*Input) {}},
		"a version":           {input: `{"lambdaARN":"` + foreign + `:7"}`, want: func(in *Input) { in.Functions[0] += ":7" }},
		"num":                 {input: with(`"num":50`), want: func(in *Input) { in.Num, in.Payloads = 50, one("null", 50) }},
		"num in a string":     {input: with(`"num":" 20 "`), want: func(in *Input) { in.Num, in.Payloads = 20, one("null", 20) }},
		"num with a fraction": {input: with(`"num":7.9`), want: func(in *Input) { in.Num, in.Payloads = 7, one("null", 7) }, warnings: []string{"$.num is 7.9, read as 7"}},
		"null is not given":   {input: with(`"num":null,"strategy":null,"powerValues":null,"allowedExceptions":null`), want: func(*Input) {}},
		"powerValues": {input: with(`"powerValues":[512,"128",512,10240]`), want: func(in *Input) {
			in.PowerValues, in.StatsOrder = []int{128, 512, 10240}, []int{512, 128, 10240}
		}},
		"no powerValues": {input: with(`"powerValues":[]`), want: func(*Input) {}},
		"ALL":            {input: with(`"powerValues":"ALL"`), want: func(in *Input) { in.PowerValues = AllPowerValues() }},
		"powerValuesByArchitecture": {input: with(`"powerValuesByArchitecture":{"arm64":[256,128],"x86_64":"ALL"}`), want: func(in *Input) {
			in.PowerValuesByArchitecture = map[tuning.Architecture][]int{tuning.Arm: {128, 256}, tuning.X86: AllPowerValues()}
		}},
		"a payload":                          {input: with(`"payload":{"a": [1, 2.50]}`), want: func(in *Input) { in.Payloads = one(`{"a":[1,2.50]}`, 10) }},
		"a payload that is a string":         {input: with(`"payload":"just a string"`), want: func(in *Input) { in.Payloads = one(`"just a string"`, 10) }},
		"a payload that is JSON in a string": {input: with(`"payload":"{\"a\": 1}"`), want: func(in *Input) { in.Payloads = one(`{"a": 1}`, 10) }},
		"a falsy payload":                    {input: with(`"payload":0`), want: func(*Input) {}},
		"a list that is not weighted":        {input: with(`"payload":[{"payload":1,"weight":0},{"payload":2,"weight":1}]`), want: func(in *Input) { in.Payloads = one(`[{"payload":1,"weight":0},{"payload":2,"weight":1}]`, 10) }},
		"a list with a falsy payload":        {input: with(`"payload":[{"payload":"","weight":5}]`), want: func(in *Input) { in.Payloads = one(`[{"payload":"","weight":5}]`, 10) }},
		"an empty list":                      {input: with(`"payload":[]`), want: func(in *Input) { in.Payloads = one(`[]`, 10) }},
		"weighted payloads": {input: with(`"num":10,"payload":[{"payload":{"a":1},"weight":5},{"payload":"x","weight":5},{"payload":"[1]","weight":"5"}]`), want: func(in *Input) {
			in.Payloads = []WeightedPayload{
				{Body: json.RawMessage(`{"a":1}`), Weight: 5, Samples: 3},
				{Body: json.RawMessage(`"x"`), Weight: 5, Samples: 3},
				{Body: json.RawMessage(`[1]`), Weight: 5, Samples: 4},
			}
		}},
		"payloadS3 goes before payload": {input: with(`"payloadS3":"s3://bucket/some/key.json","payload":1`), want: func(in *Input) { in.PayloadS3, in.Payloads = "s3://bucket/some/key.json", nil }},
		"parallelInvocation":            {input: with(`"parallelInvocation":true`), want: func(in *Input) { in.ParallelInvocation = true }},
		"a flag in a string":            {input: with(`"parallelInvocation":"true","dryRun":"false"`), want: func(in *Input) { in.ParallelInvocation = true }, warnings: []string{`$.parallelInvocation is "true", read as the boolean true`, `$.dryRun is "false", read as the boolean false`}},
		"a flag as a number":            {input: with(`"includeOutputResults":1`), want: func(in *Input) { in.IncludeOutputResults = true }, warnings: []string{`$.includeOutputResults is 1, read as the boolean true`}},
		"flags as JavaScript counts them": {
			input: with(`"parallelInvocation":"yes","autoOptimize":"","onlyColdStarts":{},"dryRun":0`),
			want:  func(in *Input) { in.ParallelInvocation, in.OnlyColdStarts, in.DiscardTopBottom = true, true, 0 },
			warnings: []string{
				`$.parallelInvocation is "yes", read as the boolean true`, `$.dryRun is 0, read as the boolean false`,
				`$.onlyColdStarts is {}, read as the boolean true`, `$.autoOptimize is "", read as the boolean false`,
			},
		},
		"shares that are null": {
			input: with(`"balancedWeight":null,"discardTopBottom":null`), want: func(in *Input) { in.BalancedWeight, in.DiscardTopBottom = 0, 0 },
			warnings: []string{"$.balancedWeight is null, read as 0; leave it out for the default", "$.discardTopBottom is null, read as 0; leave it out for the default"},
		},
		"allowedExceptions in a string":        {input: with(`"allowedExceptions":"NotFound, Conflict"`), want: func(in *Input) { in.AllowedExceptions = []string{"NotFound", "Conflict"} }},
		"strategy":                             {input: with(`"strategy":"balanced","balancedWeight":0.25`), want: func(in *Input) { in.Strategy, in.BalancedWeight = tuning.Balanced, 0.25 }},
		"no strategy":                          {input: with(`"strategy":""`), want: func(*Input) {}},
		"balancedWeight is moved into range":   {input: with(`"balancedWeight":"7"`), want: func(in *Input) { in.BalancedWeight = 1 }},
		"discardTopBottom is moved into range": {input: with(`"discardTopBottom":0.9`), want: func(in *Input) { in.DiscardTopBottom = 0.4 }},
		"discardTopBottom below 0":             {input: with(`"discardTopBottom":-1`), want: func(in *Input) { in.DiscardTopBottom = 0 }},
		"autoOptimize": {input: with(`"autoOptimize":true,"autoOptimizeAlias":"prod"`), want: func(in *Input) {
			in.AutoOptimize, in.AutoOptimizeAlias, in.NotApplied = true, "prod", "the PowerTuning's property AutoOptimize is not set"
		}},
		"dryRun":                               {input: with(`"dryRun":true`), want: func(in *Input) { in.DryRun = true }},
		"processors":                           {input: with(`"preProcessorARN":"` + primeX86 + `:live","postProcessorARN":"` + primeArm + `"`), want: func(in *Input) { in.PreProcessorARN, in.PostProcessorARN = primeX86+":live", primeArm }},
		"sleepBetweenRunsMs":                   {input: with(`"sleepBetweenRunsMs":"250"`), want: func(in *Input) { in.SleepBetweenRunsMs = 250 }},
		"a negative sleep":                     {input: with(`"sleepBetweenRunsMs":-5`), want: func(*Input) {}},
		"disablePayloadLogs":                   {input: with(`"disablePayloadLogs":true`), want: func(in *Input) { in.DisablePayloadLogs = true }},
		"includeOutputResults":                 {input: with(`"includeOutputResults":true`), want: func(in *Input) { in.IncludeOutputResults = true }},
		"onlyColdStarts trims nothing":         {input: with(`"onlyColdStarts":true,"discardTopBottom":0.3`), want: func(in *Input) { in.OnlyColdStarts, in.DiscardTopBottom = true, 0 }},
		"allowedExceptions":                    {input: with(`"allowedExceptions":["HandledError"]`), want: func(in *Input) { in.AllowedExceptions = []string{"HandledError"} }},
		"exploration":                          {input: with(`"exploration":"exhaustive"`), want: func(*Input) {}},
		"adaptive exploration of one function": {input: with(`"exploration":"adaptive"`), want: func(in *Input) { in.Exploration, in.MaxInvocations = tuning.Adaptive, 100 }},
		"num beside adaptive exploration": {input: with(`"exploration":"adaptive","num":20`), want: func(in *Input) {
			in.Num, in.Payloads, in.Exploration, in.MaxInvocations = 20, one("null", 20), tuning.Adaptive, 100
		}},
		"a budget": {input: with(`"exploration":"adaptive","maxInvocations":"60","maxCost":0.25`), want: func(in *Input) {
			in.Exploration, in.MaxInvocations, in.InvocationsGiven, in.MaxCost = tuning.Adaptive, 60, true, 0.25
		}},
		"a budget for a mixture of payloads": {input: with(`"exploration":"adaptive","payload":[{"payload":1,"weight":2},{"payload":2,"weight":3}]`), want: func(in *Input) {
			in.Exploration, in.MaxInvocations = tuning.Adaptive, 160 // 4 first rounds of 4 configurations, 5 samples each, all of them cold at first
			in.Payloads = []WeightedPayload{{Body: json.RawMessage("1"), Weight: 2, Samples: 4}, {Body: json.RawMessage("2"), Weight: 3, Samples: 6}}
		}},
		"a dry run is exhaustive":          {input: with(`"exploration":"adaptive","dryRun":true`), want: func(in *Input) { in.DryRun = true }},
		"a dry run within a budget":        {input: with(`"exploration":"adaptive","dryRun":true,"maxInvocations":50,"maxCost":1`), want: func(in *Input) { in.DryRun = true }},
		"compareResponses with one target": {input: with(`"compareResponses":true`), want: func(*Input) {}, warnings: []string{"$.compareResponses needs two targets and was ignored"}},
		"prices": {input: with(`"priceOverrides":{"gbSecondX86":0.00001,"request":"0"},"discount":17,"invocationsPerMonth":3000000,"provisionedConcurrency":2`), want: func(in *Input) {
			in.Overrides = price.Overrides{GBSecondX86: new(0.00001), Request: new(0.0)}
			in.Discount, in.InvocationsPerMonth, in.ProvisionedConcurrency = 17, 3e6, 2
		}},
		"powerValues newer than the table": {
			input: with(`"powerValues":[512,20480,40960]`), want: func(in *Input) { in.PowerValues = []int{512, 20480, 40960} },
			warnings: []string{
				"$.powerValues[1]: 20480 MB were given; Lambda allowed at most 10240 MB as of 2026-11-20 (32768 for functions with a capacity provider or an accelerator): if it still does, this size fails and the others are measured",
				"$.powerValues[2]: 40960 MB were given; Lambda allowed at most 10240 MB as of 2026-11-20: if it still does, this size fails and the others are measured",
			},
		},
		"a tenant":               {input: with(`"tenantId":"blue team/7"`), want: func(in *Input) { in.TenantID, in.TenantGiven = "blue team/7", true }},
		"no tenant":              {input: with(`"tenantId":""`), want: func(*Input) {}},
		"a tenant of 256":        {input: with(`"tenantId":"` + strings.Repeat("@", 256) + `"`), want: func(in *Input) { in.TenantID, in.TenantGiven = strings.Repeat("@", 256), true }},
		"the longest invocation": {input: with(`"longestInvocationSeconds":"60"`), want: func(in *Input) { in.LongestInvocation = time.Minute }},
		"an unknown field":       {input: with(`"comment":"from 2021","retries":3`), want: func(*Input) {}, warnings: []string{"$.comment is not a field of the input and was ignored", "$.retries is not a field of the input and was ignored"}},
		"GovCloud with prices": {
			input: `{"lambdaARN":"arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f","priceOverrides":{"gbSecondX86":1,"gbSecondArm":1,"request":1}}`,
			want: func(in *Input) {
				in.Functions = []string{"arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f"}
				in.Overrides = price.Overrides{GBSecondX86: new(1.0), GBSecondArm: new(1.0), Request: new(1.0)}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in, warnings, err := Decode(json.RawMessage(test.input), Defaults{})
			require.NoError(t, err)
			want := plain()
			test.want(&want)
			require.Empty(t, cmp.Diff(want, in))
			require.Equal(t, test.warnings, warnings)
		})
	}
}

func TestConstructsPowerValuesMayStandInAnyOrder(t *testing.T) {
	in, _, err := Decode(json.RawMessage(`{"lambdaARN":"`+foreign+`"}`), Defaults{PowerValues: []int{1024, 256, 1024}})
	require.NoError(t, err)
	require.Equal(t, []int{256, 1024}, in.PowerValues)
	require.Equal(t, []int{1024, 256, 1024}, in.StatsOrder)
}

func TestDecodePayload(t *testing.T) {
	payloads, err := DecodePayload([]byte("plain text"), 5)
	require.NoError(t, err)
	require.Equal(t, []WeightedPayload{{Body: json.RawMessage(`"plain text"`), Weight: 1, Samples: 5}}, payloads)
	payloads, err = DecodePayload([]byte(` [{"payload": {"a": 1}, "weight": 2}, {"payload": "b", "weight": 1}] `), 5)
	require.NoError(t, err)
	require.Equal(t, []WeightedPayload{{Body: json.RawMessage(`{"a":1}`), Weight: 2, Samples: 3}, {Body: json.RawMessage(`"b"`), Weight: 1, Samples: 2}}, payloads)
	_, err = DecodePayload([]byte(`[{"payload":1,"weight":1},{"payload":1,"weight":99}]`), 5)
	require.EqualError(t, err, "the input cannot be used: $.payloadS3[0].weight: given 1 of 100; allowed: a share of at least one of num's 5 invocations")
}

func TestTenantsOfTheConstruct(t *testing.T) {
	d := Defaults{TenantID: "stack", LongestInvocationSeconds: 90, Targets: []DefaultTarget{
		{Name: "Prime", Functions: []string{primeArm}, TenantID: "prime"}, {Name: "Number", Functions: []string{primeX86}},
	}}
	for input, want := range map[string]string{
		`{"target":"Prime"}`: "prime", `{"target":"Number"}`: "stack", `{"lambdaARN":"` + foreign + `"}`: "stack",
		`{"lambdaARN":"` + primeArm + `"}`: "prime", `{"target":"Prime","tenantId":"own"}`: "own",
	} {
		in, _, err := Decode(json.RawMessage(input), d)
		require.NoError(t, err)
		require.Equal(t, want, in.TenantID, input)
		require.Equal(t, want == "own", in.TenantGiven, input)
		require.Equal(t, 90*time.Second, in.LongestInvocation)
	}
}

func TestConstructsPowerValuesNewerThanTheTable(t *testing.T) {
	_, warnings, err := Decode(json.RawMessage(`{"lambdaARN":"`+foreign+`"}`), Defaults{PowerValues: []int{512, 20480}})
	require.NoError(t, err)
	require.Len(t, warnings, 1)
	require.Regexp(t, `^defaults\.powerValues\[1\]: 20480 MB were given; `, warnings[0])
}

func TestALLIsThePeers(t *testing.T) {
	all := AllPowerValues()
	require.Len(t, all, 46)
	require.Equal(t, []int{128, 192, 256}, all[:3])
	require.Equal(t, 3008, all[45])
}

func FuzzDecodeInput(f *testing.F) {
	for _, seed := range []string{
		``, ` `, `{}`, `null`, `[]`, `{"lambdaARN":"` + foreign + `","num":"10","powerValues":["128",256],"payload":[{"payload":{},"weight":1}]}`,
		`{"target":"Prime","strategy":"balanced","balancedWeight":3,"discardTopBottom":"0.1","compareResponses":{"ignore":["/a"]}}`,
		`{"targets":["` + primeX86 + `","` + primeArm + `"],"priceOverrides":{"request":1e-7},"powerValuesByArchitecture":{"arm64":"ALL"}}`,
		`{"exploration":"adaptive","maxInvocations":50,"maxCost":"0.1","payload":[{"payload":1,"weight":1},{"payload":2,"weight":1}]}`,
		`{"maxCost":1e-320,"maxInvocations":1e5}`, `{"exploration":"exhaustive","maxCost":1}`, `{"num":1e400}`, `{"powerValues":[1e3,null,{}],"payloadS3":"s3://b/k"}`, `{"":{},"nmu":1,"sleepBetweenRunsMs":-1e300}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		in, _, err := Decode(raw, siblings)
		if err != nil {
			var input *Error
			require.ErrorAs(t, err, &input)
			require.NotEmpty(t, input.Problems)
			for _, p := range input.Problems {
				require.NotEmpty(t, p.Given)
				require.NotEmpty(t, p.Allowed)
			}
			return
		}
		require.NotEmpty(t, in.Functions)
		require.GreaterOrEqual(t, in.Num, minNum)
		require.IsIncreasing(t, append([]int{0}, in.PowerValues...))
		for _, size := range in.PowerValues {
			require.True(t, size >= lambdalimits.MemorySize.Least && size <= math.MaxInt32)
		}
		if in.PayloadS3 == "" {
			samples := 0
			for _, p := range in.Payloads {
				require.True(t, json.Valid(p.Body))
				require.Positive(t, p.Samples)
				samples += p.Samples
			}
			require.Equal(t, in.Num, samples)
		}
		require.Equal(t, in.Exploration == tuning.Adaptive, in.MaxInvocations > 0)
		require.Contains(t, []tuning.Exploration{tuning.Adaptive, tuning.Exhaustive}, in.Exploration)
		require.GreaterOrEqual(t, in.MaxCost, 0.0)
		require.True(t, in.DiscardTopBottom >= 0 && in.DiscardTopBottom <= maxTrim)
		require.True(t, in.BalancedWeight >= 0 && in.BalancedWeight <= 1)
	})
}
