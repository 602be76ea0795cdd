package tuning

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning/explore"
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
		Strategy: Cost, BalancedWeight: 0.5, DiscardTopBottom: 0.2, Exploration: "exhaustive",
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
		"powerValues":         {input: with(`"powerValues":[512,"128",512,10240]`), want: func(in *Input) { in.PowerValues = []int{128, 512, 10240} }},
		"no powerValues":      {input: with(`"powerValues":[]`), want: func(*Input) {}},
		"ALL":                 {input: with(`"powerValues":"ALL"`), want: func(in *Input) { in.PowerValues = allPowerValues() }},
		"powerValuesByArchitecture": {input: with(`"powerValuesByArchitecture":{"arm64":[256,128],"x86_64":"ALL"}`), want: func(in *Input) {
			in.PowerValuesByArchitecture = map[explore.Architecture][]int{explore.Arm: {128, 256}, explore.X86: allPowerValues()}
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
		"payloadS3 goes before payload":        {input: with(`"payloadS3":"s3://bucket/some/key.json","payload":1`), want: func(in *Input) { in.PayloadS3, in.Payloads = "s3://bucket/some/key.json", nil }},
		"parallelInvocation":                   {input: with(`"parallelInvocation":true`), want: func(in *Input) { in.ParallelInvocation = true }},
		"a flag in a string":                   {input: with(`"parallelInvocation":"true","dryRun":"false"`), want: func(in *Input) { in.ParallelInvocation = true }, warnings: []string{`$.parallelInvocation is the string "true", read as the boolean true`, `$.dryRun is the string "false", read as the boolean false`}},
		"a flag as a number":                   {input: with(`"includeOutputResults":1`), want: func(in *Input) { in.IncludeOutputResults = true }},
		"strategy":                             {input: with(`"strategy":"balanced","balancedWeight":0.25`), want: func(in *Input) { in.Strategy, in.BalancedWeight = Balanced, 0.25 }},
		"no strategy":                          {input: with(`"strategy":""`), want: func(*Input) {}},
		"balancedWeight is moved into range":   {input: with(`"balancedWeight":"7"`), want: func(in *Input) { in.BalancedWeight = 1 }},
		"discardTopBottom is moved into range": {input: with(`"discardTopBottom":0.9`), want: func(in *Input) { in.DiscardTopBottom = 0.4 }},
		"discardTopBottom below 0":             {input: with(`"discardTopBottom":-1`), want: func(in *Input) { in.DiscardTopBottom = 0 }},
		"autoOptimize":                         {input: with(`"autoOptimize":true,"autoOptimizeAlias":"prod"`), want: func(in *Input) { in.AutoOptimize, in.AutoOptimizeAlias = true, "prod" }},
		"dryRun":                               {input: with(`"dryRun":true`), want: func(in *Input) { in.DryRun = true }},
		"processors":                           {input: with(`"preProcessorARN":"` + primeX86 + `:live","postProcessorARN":"` + primeArm + `"`), want: func(in *Input) { in.PreProcessorARN, in.PostProcessorARN = primeX86+":live", primeArm }},
		"sleepBetweenRunsMs":                   {input: with(`"sleepBetweenRunsMs":"250"`), want: func(in *Input) { in.SleepBetweenRunsMs = 250 }},
		"a negative sleep":                     {input: with(`"sleepBetweenRunsMs":-5`), want: func(*Input) {}},
		"disablePayloadLogs":                   {input: with(`"disablePayloadLogs":true`), want: func(in *Input) { in.DisablePayloadLogs = true }},
		"includeOutputResults":                 {input: with(`"includeOutputResults":true`), want: func(in *Input) { in.IncludeOutputResults = true }},
		"onlyColdStarts trims nothing":         {input: with(`"onlyColdStarts":true,"discardTopBottom":0.3`), want: func(in *Input) { in.OnlyColdStarts, in.DiscardTopBottom = true, 0 }},
		"allowedExceptions":                    {input: with(`"allowedExceptions":["HandledError"]`), want: func(in *Input) { in.AllowedExceptions = []string{"HandledError"} }},
		"exploration":                          {input: with(`"exploration":"exhaustive"`), want: func(*Input) {}},
		"compareResponses with one target":     {input: with(`"compareResponses":true`), want: func(*Input) {}, warnings: []string{"$.compareResponses needs two targets and was ignored"}},
		"prices": {input: with(`"priceOverrides":{"gbSecondX86":0.00001,"request":"0"},"discount":17,"invocationsPerMonth":3000000,"provisionedConcurrency":2`), want: func(in *Input) {
			in.PriceOverrides = PriceOverrides{GBSecondX86: usd(0.00001), Request: usd(0)}
			in.Discount, in.InvocationsPerMonth, in.ProvisionedConcurrency = 17, 3e6, 2
		}},
		"an unknown field": {input: with(`"comment":"from 2021","retries":3`), want: func(*Input) {}, warnings: []string{"$.comment is not a field of the input and was ignored", "$.retries is not a field of the input and was ignored"}},
		"GovCloud with prices": {
			input: `{"lambdaARN":"arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f","priceOverrides":{"gbSecondX86":1,"gbSecondArm":1,"request":1}}`,
			want: func(in *Input) {
				in.Functions = []string{"arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f"}
				in.PriceOverrides = PriceOverrides{GBSecondX86: usd(1), GBSecondArm: usd(1), Request: usd(1)}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in, warnings, err := DecodeInput(json.RawMessage(test.input), Defaults{})
			require.NoError(t, err)
			want := plain()
			test.want(&want)
			require.Empty(t, cmp.Diff(want, in))
			require.Equal(t, test.warnings, warnings)
		})
	}
}

func TestDecodeInputRefuses(t *testing.T) {
	const function = "the ARN of a Lambda function, with or without a version or alias"
	for name, test := range map[string]struct {
		input string
		want  []string
	}{
		"not an object":           {`[1]`, []string{`$: given [1]; allowed: a JSON object`}},
		"nothing to tune":         {`{}`, []string{"$.lambdaARN: given nothing; allowed: " + function + " (or targets)"}},
		"an empty ARN":            {`{"lambdaARN":""}`, []string{`$.lambdaARN: given ""; allowed: ` + function}},
		"not an ARN":              {`{"lambdaARN":"my-function"}`, []string{`$.lambdaARN: given "my-function"; allowed: ` + function}},
		"two ways":                {`{"lambdaARN":"` + foreign + `","target":"Prime"}`, []string{`$: given lambdaARN and target; allowed: only one of lambdaARN, target and targets`}},
		"a target":                {`{"target":"Prime"}`, []string{`$.target: given "Prime"; allowed: nothing here, since no construct is tuned by this state machine; use lambdaARN or targets`}},
		"three targets":           {`{"targets":["a","b","c"]}`, []string{`$.targets: given ["a","b","c"]; allowed: a list of one or two, each ` + function}},
		"targets that are no ARN": {`{"targets":["` + foreign + `",7]}`, []string{`$.targets[1]: given 7; allowed: ` + function}},
		"the same target twice":   {`{"targets":["` + foreign + `","` + foreign + `:2"]}`, []string{`$.targets: given the same function twice; allowed: two functions of different architectures`}},
		"targets in two regions":  {`{"targets":["` + foreign + `","` + primeX86 + `"]}`, []string{`$.targets: given functions in us-east-1 and eu-west-1; allowed: two functions in one region`}},
		"num too small":           {with(`"num":4`), []string{`$.num: given 4; allowed: a whole number from 5 to 10000`}},
		"num that is none":        {with(`"num":"many"`), []string{`$.num: given "many"; allowed: a whole number from 5 to 10000`}},
		"powerValues": {with(`"powerValues":[64,128.5,"x",20480,128]`), []string{
			`$.powerValues[0]: given 64; allowed: a whole number from 128 to 10240 (MB)`,
			`$.powerValues[1]: given 128.5; allowed: a whole number from 128 to 10240 (MB)`,
			`$.powerValues[2]: given "x"; allowed: a whole number from 128 to 10240 (MB)`,
			`$.powerValues[3]: given 20480; allowed: a whole number from 128 to 10240 (MB)`,
		}},
		"powerValues in a string": {with(`"powerValues":"all"`), []string{`$.powerValues: given "all"; allowed: "ALL" or a list of whole numbers from 128 to 10240 (MB)`}},
		"powerValuesByArchitecture": {with(`"powerValuesByArchitecture":{"arm":[128],"x86_64":[1]}`), []string{
			`$.powerValuesByArchitecture.arm: given an unknown field; allowed: "arm64", which it resembles`,
			`$.powerValuesByArchitecture.x86_64[0]: given 1; allowed: a whole number from 128 to 10240 (MB)`,
		}},
		"powerValuesByArchitecture as a list": {with(`"powerValuesByArchitecture":[128]`), []string{`$.powerValuesByArchitecture: given [128]; allowed: an object with "x86_64" and "arm64", each "ALL" or a list of whole numbers from 128 to 10240 (MB)`}},
		"too many payloads":                   {with(`"num":5,"payload":[` + strings.TrimSuffix(strings.Repeat(`{"payload":1,"weight":1},`, 6), ",") + `]`), []string{`$.payload: given 6 weighted payloads; allowed: at most as many as num, which is 5`}},
		"too light a payload":                 {with(`"payload":[{"payload":1,"weight":1},{"payload":2,"weight":99}]`), []string{`$.payload[0].weight: given 1 of 100; allowed: a share of at least one of num's 10 invocations`}},
		"a negative weight":                   {with(`"payload":[{"payload":1,"weight":-1}]`), []string{`$.payload[0].weight: given -1; allowed: a number above 0`}},
		"a weight in words":                   {with(`"payload":[{"payload":1,"weight":"heavy"}]`), []string{`$.payload[0].weight: given "heavy"; allowed: a number above 0`}},
		"too large a payload":                 {with(`"payload":"` + strings.Repeat("x", maxPayload) + `"`), []string{`$.payload: given 6291458 bytes; allowed: at most the 6291456 bytes that Lambda takes`}},
		"payloadS3":                           {with(`"payloadS3":"https://bucket/key"`), []string{`$.payloadS3: given "https://bucket/key"; allowed: s3://bucket/key`}},
		"payloadS3 without a key":             {with(`"payloadS3":"s3://bucket/"`), []string{`$.payloadS3: given "s3://bucket/"; allowed: s3://bucket/key`}},
		"a flag":                              {with(`"dryRun":"yes"`), []string{`$.dryRun: given "yes"; allowed: true or false`}},
		"strategy":                            {with(`"strategy":"Cost"`), []string{`$.strategy: given "Cost"; allowed: "cost", "speed" or "balanced"`}},
		"strategy as a number":                {with(`"strategy":1`), []string{`$.strategy: given 1; allowed: a string`}},
		"balancedWeight":                      {with(`"balancedWeight":"half"`), []string{`$.balancedWeight: given "half"; allowed: a number from 0 to 1`}},
		"discardTopBottom":                    {with(`"discardTopBottom":[]`), []string{`$.discardTopBottom: given []; allowed: a number from 0 to 0.4`}},
		"sleepBetweenRunsMs":                  {with(`"sleepBetweenRunsMs":900000`), []string{`$.sleepBetweenRunsMs: given 900000; allowed: a whole number of milliseconds up to 600000`}},
		"preProcessorARN":                     {with(`"preProcessorARN":"pre"`), []string{`$.preProcessorARN: given "pre"; allowed: ` + function}},
		"allowedExceptions":                   {with(`"allowedExceptions":"HandledError"`), []string{`$.allowedExceptions: given "HandledError"; allowed: a list of error names, each a string`}},
		"autoOptimizeAlias":                   {with(`"autoOptimizeAlias":"$LATEST"`), []string{`$.autoOptimizeAlias: given "$LATEST"; allowed: the name of an alias: letters, digits, - and _, not a number, not beginning with dualarch-`}},
		"adaptive exploration":                {with(`"exploration":"adaptive"`), []string{`$.exploration: given "adaptive"; allowed: "exhaustive" ("adaptive" is not available yet)`}},
		"compareResponses": {with(`"compareResponses":{"ignore":["machine"],"ignored":[]}`), []string{
			`$.compareResponses.ignored: given an unknown field; allowed: "ignore", which it resembles`,
			`$.compareResponses.ignore[0]: given "machine"; allowed: a JSON pointer, which begins with "/"`,
		}},
		"compareResponses as text": {with(`"compareResponses":"yes"`), []string{`$.compareResponses: given "yes"; allowed: true, false or {"ignore": [JSON pointers such as "/machine"]}`}},
		"priceOverrides": {with(`"priceOverrides":{"gbsecondx86":1,"requests":1,"price":2,"gbSecondArm":-1}`), []string{
			`$.priceOverrides.gbsecondx86: given an unknown field; allowed: "gbSecondX86", which it resembles`,
			`$.priceOverrides.price: given an unknown field; allowed: gbSecondX86, gbSecondArm, request, stateTransition, ephemeralStorage`,
			`$.priceOverrides.requests: given an unknown field; allowed: "request", which it resembles`,
			`$.priceOverrides.gbSecondArm: given -1; allowed: a price in USD, 0 or more`,
		}},
		"priceOverrides as a number": {with(`"priceOverrides":1`), []string{`$.priceOverrides: given 1; allowed: an object with any of gbSecondX86, gbSecondArm, request, stateTransition, ephemeralStorage, in USD`}},
		"discount":                   {with(`"discount":100`), []string{`$.discount: given 100; allowed: per cent, from 0 to less than 100`}},
		"invocationsPerMonth":        {with(`"invocationsPerMonth":-1`), []string{`$.invocationsPerMonth: given -1; allowed: a number, 0 or more`}},
		"provisionedConcurrency":     {with(`"provisionedConcurrency":1`), []string{`$.invocationsPerMonth: given nothing; allowed: a number above 0, beside provisionedConcurrency, whose standing charge they share`}},
		"GovCloud":                   {`{"lambdaARN":"arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f"}`, []string{`$.priceOverrides: given no price is known for us-gov-west-1 (AWS GovCloud (US)); allowed: gbSecondX86, gbSecondArm and request, in USD`}},
		"China":                      {`{"lambdaARN":"arn:aws-cn:lambda:cn-north-1:123456789012:function:f"}`, []string{`$.priceOverrides: given no price is known for cn-north-1 (AWS China); allowed: gbSecondX86, gbSecondArm and request, in USD`}},
		"near misspellings": {with(`"powervalues":[],"strategies":"cost","lambdaArn":"x","nmu":7,"Targets":[],"paylod":1`), []string{
			`$.Targets: given an unknown field; allowed: "targets", which it resembles`,
			`$.lambdaArn: given an unknown field; allowed: "lambdaARN", which it resembles`,
			`$.nmu: given an unknown field; allowed: "num", which it resembles`,
			`$.paylod: given an unknown field; allowed: "payload", which it resembles`,
			`$.powervalues: given an unknown field; allowed: "powerValues", which it resembles`,
		}},
		"everything at once": {`{"num":1,"strategy":"best","powerValues":7,"autooptimize":true}`, []string{
			"$.lambdaARN: given nothing; allowed: " + function + " (or targets)",
			`$.powerValues: given 7; allowed: "ALL" or a list of whole numbers from 128 to 10240 (MB)`,
			`$.num: given 1; allowed: a whole number from 5 to 10000`,
			`$.strategy: given "best"; allowed: "cost", "speed" or "balanced"`,
			`$.autooptimize: given an unknown field; allowed: "autoOptimize", which it resembles`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			in, warnings, err := DecodeInput(json.RawMessage(test.input), Defaults{})
			require.EqualError(t, err, "the input cannot be used: "+strings.Join(test.want, "\n"))
			require.Empty(t, in)
			require.Empty(t, warnings)
		})
	}
}

func TestAnEmptyInputTunesTheOnlyConstruct(t *testing.T) {
	for _, input := range []string{``, `null`, `{}`, `{"target":"Prime"}`} {
		in, warnings, err := DecodeInput(json.RawMessage(input), siblings)
		require.NoError(t, err)
		require.Empty(t, warnings)
		want := plain()
		want.Functions, want.Name, want.LiveAlias, want.Comparing = []string{primeArm, primeX86}, "Prime", "live", true
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
	require.False(t, in.Comparing)
	require.JSONEq(t, `{"max":10}`, string(in.Payloads[0].Body))

	in, _, err = DecodeInput(json.RawMessage(`{"targets":["`+foreign+`"]}`), siblings)
	require.NoError(t, err)
	require.Empty(t, in.Name)
	require.True(t, in.Comparing)
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
		Functions: []string{primeX86, primeArm}, Name: "P", Comparing: true, PowerValues: []int{512}, Num: 6,
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

func TestALLIsThePeers(t *testing.T) {
	all := allPowerValues()
	require.Len(t, all, 46)
	require.Equal(t, []int{128, 192, 256}, all[:3])
	require.Equal(t, 3008, all[45])
}

func FuzzDecodeInput(f *testing.F) {
	for _, seed := range []string{
		``, ` `, `{}`, `null`, `[]`, `{"lambdaARN":"` + foreign + `","num":"10","powerValues":["128",256],"payload":[{"payload":{},"weight":1}]}`,
		`{"target":"Prime","strategy":"balanced","balancedWeight":3,"discardTopBottom":"0.1","compareResponses":{"ignore":["/a"]}}`,
		`{"targets":["` + primeX86 + `","` + primeArm + `"],"priceOverrides":{"request":1e-7},"powerValuesByArchitecture":{"arm64":"ALL"}}`,
		`{"num":1e400}`, `{"powerValues":[1e3,null,{}],"payloadS3":"s3://b/k"}`, `{"":{},"nmu":1,"sleepBetweenRunsMs":-1e300}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		in, _, err := DecodeInput(raw, siblings)
		if err != nil {
			var input *InputError
			require.True(t, errors.As(err, &input))
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
			require.True(t, size >= minMemory && size <= maxMemory)
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
		require.True(t, in.DiscardTopBottom >= 0 && in.DiscardTopBottom <= maxTrim)
		require.True(t, in.BalancedWeight >= 0 && in.BalancedWeight <= 1)
	})
}
