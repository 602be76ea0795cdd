package input

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

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
		"a target":                {`{"target":"Prime"}`, []string{`$.target: given "Prime"; allowed: nothing here, because no construct is tuned by this state machine; use lambdaARN or targets`}},
		"three targets":           {`{"targets":["a","b","c"]}`, []string{`$.targets: given ["a","b","c"]; allowed: a list of one or two, each ` + function}},
		"targets that are no ARN": {`{"targets":["` + foreign + `",7]}`, []string{`$.targets[1]: given 7; allowed: ` + function}},
		"the same target twice":   {`{"targets":["` + foreign + `","` + foreign + `:2"]}`, []string{`$.targets: given the same function twice; allowed: two functions of different architectures`}},
		"targets in two regions":  {`{"targets":["` + foreign + `","` + primeX86 + `"]}`, []string{`$.targets: given functions in us-east-1 and eu-west-1; allowed: two functions in one region`}},
		"num too small":           {with(`"num":4`), []string{`$.num: given 4; allowed: a whole number from 5 to 10000`}},
		"num that is none":        {with(`"num":"many"`), []string{`$.num: given "many"; allowed: a whole number from 5 to 10000`}},
		"powerValues": {with(`"powerValues":[64,128.5,"x",20480,1e99,128]`), []string{
			`$.powerValues[0]: given 64; allowed: a whole number of MB, 128 or more`,
			`$.powerValues[1]: given 128.5; allowed: a whole number of MB, 128 or more`,
			`$.powerValues[2]: given "x"; allowed: a whole number of MB, 128 or more`,
			`$.powerValues[4]: given 1e99; allowed: a whole number of MB, 128 or more`,
		}},
		"powerValues in a string": {with(`"powerValues":"all"`), []string{`$.powerValues: given "all"; allowed: "ALL" or a list of whole numbers of MB, each 128 or more`}},
		"powerValuesByArchitecture": {with(`"powerValuesByArchitecture":{"arm":[128],"x86_64":[1]}`), []string{
			`$.powerValuesByArchitecture.arm: given an unknown field; allowed: "arm64", which it resembles`,
			`$.powerValuesByArchitecture.x86_64[0]: given 1; allowed: a whole number of MB, 128 or more`,
		}},
		"powerValuesByArchitecture as a list": {with(`"powerValuesByArchitecture":[128]`), []string{`$.powerValuesByArchitecture: given [128]; allowed: an object with "x86_64" and "arm64", each "ALL" or a list of whole numbers of MB, each 128 or more`}},
		"too many payloads":                   {with(`"num":5,"payload":[` + strings.TrimSuffix(strings.Repeat(`{"payload":1,"weight":1},`, 6), ",") + `]`), []string{`$.payload: given 6 weighted payloads; allowed: at most as many as num, which is 5`}},
		"too light a payload":                 {with(`"payload":[{"payload":1,"weight":1},{"payload":2,"weight":99}]`), []string{`$.payload[0].weight: given 1 of 100; allowed: a share of at least one of num's 10 invocations`}},
		"a negative weight":                   {with(`"payload":[{"payload":1,"weight":-1}]`), []string{`$.payload[0].weight: given -1; allowed: a number above 0`}},
		"a weight in words":                   {with(`"payload":[{"payload":1,"weight":"heavy"}]`), []string{`$.payload[0].weight: given "heavy"; allowed: a number above 0`}},
		"too large a payload":                 {with(`"payload":"` + strings.Repeat("x", MaxPayload) + `"`), []string{`$.payload: given 6291458 bytes; allowed: at most the 6291456 bytes that Lambda takes`}},
		"payloadS3":                           {with(`"payloadS3":"https://bucket/key"`), []string{`$.payloadS3: given "https://bucket/key"; allowed: s3://bucket/key`}},
		"payloadS3 without a key":             {with(`"payloadS3":"s3://bucket/"`), []string{`$.payloadS3: given "s3://bucket/"; allowed: s3://bucket/key`}},
		"strategy":                            {with(`"strategy":"Cost"`), []string{`$.strategy: given "Cost"; allowed: "cost", "speed" or "balanced"`}},
		"strategy as a number":                {with(`"strategy":1`), []string{`$.strategy: given 1; allowed: a string`}},
		"balancedWeight":                      {with(`"balancedWeight":"half"`), []string{`$.balancedWeight: given "half"; allowed: a number from 0 to 1`}},
		"discardTopBottom":                    {with(`"discardTopBottom":[]`), []string{`$.discardTopBottom: given []; allowed: a number from 0 to 0.4`}},
		"sleepBetweenRunsMs":                  {with(`"sleepBetweenRunsMs":900000`), []string{`$.sleepBetweenRunsMs: given 900000; allowed: a whole number of milliseconds up to 600000`}},
		"preProcessorARN":                     {with(`"preProcessorARN":"pre"`), []string{`$.preProcessorARN: given "pre"; allowed: ` + function}},
		"allowedExceptions":                   {with(`"allowedExceptions":[7]`), []string{`$.allowedExceptions: given [7]; allowed: a list of error names, each a string`}},
		"autoOptimizeAlias":                   {with(`"autoOptimizeAlias":"$LATEST"`), []string{`$.autoOptimizeAlias: given "$LATEST"; allowed: the name of an alias: letters, digits, - and _, not a number, not beginning with dualarch-`}},
		"exploration":                         {with(`"exploration":"clever"`), []string{`$.exploration: given "clever"; allowed: "adaptive" or "exhaustive"`}},
		"adaptive exploration of cold starts": {with(`"exploration":"adaptive","onlyColdStarts":true`), []string{`$.exploration: given "adaptive"; allowed: "exhaustive" beside onlyColdStarts, whose samples are too few to learn from`}},
		"a budget where all is measured": {with(`"maxInvocations":50,"maxCost":1`), []string{
			`$.maxInvocations: given 50; allowed: nothing beside exhaustive exploration, which takes what num and powerValues say`,
			`$.maxCost: given 1; allowed: nothing beside exhaustive exploration, which takes what num and powerValues say`,
		}},
		"budgets": {with(`"exploration":"adaptive","maxInvocations":15,"maxCost":0`), []string{
			`$.maxInvocations: given 15; allowed: a whole number from 16, which the first round may take, to 100000`,
			`$.maxCost: given 0; allowed: an amount in USD above 0`,
		}},
		"too small a budget for the payloads": {with(`"exploration":"adaptive","maxInvocations":30,"payload":[{"payload":1,"weight":2},{"payload":2,"weight":3}]`), []string{
			`$.maxInvocations: given 30; allowed: a whole number from 40, which the first round may take, to 100000`,
		}},
		"compareResponses": {with(`"compareResponses":{"ignore":["machine"],"ignored":[]}`), []string{
			`$.compareResponses.ignored: given an unknown field; allowed: "ignore", which it resembles`,
			`$.compareResponses.ignore[0]: given "machine"; allowed: a JSON pointer, which begins with "/" (or, around a JSON body, with "response:/")`,
		}},
		"compareResponses as text": {with(`"compareResponses":"yes"`), []string{`$.compareResponses: given "yes"; allowed: true, false or {"ignore": [JSON pointers such as "/machine"]}`}},
		"priceOverrides": {with(`"priceOverrides":{"gbsecondx86":1,"requests":1,"price":2,"gbSecondArm":-1}`), []string{
			`$.priceOverrides.gbsecondx86: given an unknown field; allowed: "gbSecondX86", which it resembles`,
			`$.priceOverrides.price: given an unknown field; allowed: gbSecondX86, gbSecondArm, request, stateTransition, ephemeralStorage, snapStartCache, snapStartRestore`,
			`$.priceOverrides.requests: given an unknown field; allowed: "request", which it resembles`,
			`$.priceOverrides.gbSecondArm: given -1; allowed: a price in USD, 0 or more`,
		}},
		"priceOverrides as a number":         {with(`"priceOverrides":1`), []string{`$.priceOverrides: given 1; allowed: an object with any of gbSecondX86, gbSecondArm, request, stateTransition, ephemeralStorage, snapStartCache, snapStartRestore, in USD`}},
		"discount":                           {with(`"discount":100`), []string{`$.discount: given 100; allowed: per cent, from 0 to less than 100`}},
		"invocationsPerMonth":                {with(`"invocationsPerMonth":-1`), []string{`$.invocationsPerMonth: given -1; allowed: a number, 0 or more`}},
		"provisionedConcurrency":             {with(`"provisionedConcurrency":1`), []string{`$.invocationsPerMonth: given nothing; allowed: a number above 0, beside provisionedConcurrency, whose standing charge they share`}},
		"GovCloud":                           {`{"lambdaARN":"arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f"}`, []string{`$.priceOverrides: given no price is known for us-gov-west-1 (AWS GovCloud (US)); allowed: gbSecondX86, gbSecondArm and request, in USD`}},
		"China":                              {`{"lambdaARN":"arn:aws-cn:lambda:cn-north-1:123456789012:function:f"}`, []string{`$.priceOverrides: given no price is known for cn-north-1 (AWS China); allowed: gbSecondX86, gbSecondArm and request, in USD`}},
		"a tenant that Lambda does not take": {with(`"tenantId":"blue!"`), []string{`$.tenantId: given "blue!"; allowed: 1 to 256 letters, digits, spaces and . _ : / = + - @`}},
		"a tenant that is a number":          {with(`"tenantId":7`), []string{`$.tenantId: given 7; allowed: a string`}},
		"a tenant that is too long":          {with(`"tenantId":"` + strings.Repeat("b", 257) + `"`), []string{`$.tenantId: given "` + strings.Repeat("b", 59) + `…; allowed: 1 to 256 letters, digits, spaces and . _ : / = + - @`}},
		"no time for an invocation":          {with(`"longestInvocationSeconds":0`), []string{`$.longestInvocationSeconds: given 0; allowed: a whole number of seconds, 1 or more`}},
		"near misspellings of newer fields":  {with(`"tenantID":"blue"`), []string{`$.tenantID: given an unknown field; allowed: "tenantId", which it resembles`}},
		"near misspellings": {with(`"powervalues":[],"strategies":"cost","lambdaArn":"x","nmu":7,"Targets":[],"paylod":1`), []string{
			`$.Targets: given an unknown field; allowed: "targets", which it resembles`,
			`$.lambdaArn: given an unknown field; allowed: "lambdaARN", which it resembles`,
			`$.nmu: given an unknown field; allowed: "num", which it resembles`,
			`$.paylod: given an unknown field; allowed: "payload", which it resembles`,
			`$.powervalues: given an unknown field; allowed: "powerValues", which it resembles`,
		}},
		"everything at once": {`{"num":1,"strategy":"best","powerValues":7,"autooptimize":true}`, []string{
			"$.lambdaARN: given nothing; allowed: " + function + " (or targets)",
			`$.powerValues: given 7; allowed: "ALL" or a list of whole numbers of MB, each 128 or more`,
			`$.num: given 1; allowed: a whole number from 5 to 10000`,
			`$.strategy: given "best"; allowed: "cost", "speed" or "balanced"`,
			`$.autooptimize: given an unknown field; allowed: "autoOptimize", which it resembles`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			in, warnings, err := Decode(json.RawMessage(test.input), Defaults{})
			require.EqualError(t, err, "the input cannot be used: "+strings.Join(test.want, "\n"))
			require.Empty(t, in)
			require.Empty(t, warnings)
		})
	}
}
