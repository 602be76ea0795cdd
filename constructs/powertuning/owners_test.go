package powertuning

import (
	"math"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

const otherARN = "arn:aws:lambda:eu-central-1:123456789012:function:other"

// Apply may change only the functions that the owner names, and only move the aliases that the owner names: never what
// a construct owns.
func TestWhatApplyMayChange(t *testing.T) {
	with := func(a *AutoOptimize) map[string][]string {
		stack := newStack()
		further := newFunction(stack, "Further", awslambda.Architecture_ARM_64())
		if a != nil && a.FunctionArns != nil {
			a.FunctionArns = &[]*string{further.FunctionArn()}
		}
		p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{
			TunerBinary: binary(), FunctionArns: jsii.Strings(otherARN), Functions: &[]*TunedFunction{{Function: further}}, AutoOptimize: a,
		})
		p.AddTarget(newSiblings(stack, "Prime"))
		found := map[string][]string{}
		for _, permission := range allowed(t, synthesize(t, p))["ApplyRole"] {
			if resource, action, _ := strings.Cut(permission, " "); strings.HasPrefix(action, "lambda:") {
				of := "owned"
				switch {
				case strings.HasPrefix(resource, otherARN):
					of, resource = "other", "F"+strings.TrimPrefix(resource, otherARN)
				case strings.HasPrefix(resource, "<StackFurtherArn>"):
					of, resource = "further", "F"+strings.TrimPrefix(resource, "<StackFurtherArn>")
				}
				found[of] = append(found[of], resource+" "+action)
			}
		}
		return found
	}
	var sizeOnly []string
	for _, p := range applying {
		if !strings.HasPrefix(p, "F:live") && !strings.HasSuffix(p, "PublishVersion") {
			sizeOnly = append(sizeOnly, p)
		}
	}
	require.Empty(t, with(nil), "by default nothing")
	require.Equal(t, map[string][]string{"other": sizeOnly, "further": sizeOnly}, with(&AutoOptimize{}))
	require.Equal(t, map[string][]string{"other": applying, "further": applying}, with(&AutoOptimize{Aliases: jsii.Strings("live")}))
	require.Equal(t, map[string][]string{"further": applying}, with(&AutoOptimize{FunctionArns: &[]*string{}, Aliases: jsii.Strings("live")}))
}

func TestOwnersPropertiesReachTheSteps(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{
		TunerBinary: binary(), FunctionArns: jsii.Strings(otherARN), MaxCost: jsii.Number(0.5), MaxInvocations: jsii.Number(500), MaxConcurrency: jsii.Number(3),
		AllowedPowerValues: jsii.Numbers(256, 512), PayloadFixed: jsii.Bool(true), LatestTraffic: tuning.Refuse,
		AutoOptimize: &AutoOptimize{FunctionArns: jsii.Strings(otherARN), Aliases: jsii.Strings("live")},
	})
	states := definition(t, synthesize(t, p), "StateMachine").(map[string]any)["States"].(map[string]any)
	for _, step := range []string{"Plan", "Prepare", "Measure", "Verdict", "Apply"} {
		defaults := states[step].(map[string]any)["Parameters"].(map[string]any)["defaults"].(map[string]any)
		require.Equal(t, map[string]any{
			"maxCost": 0.5, "maxInvocations": 500.0, "maxConcurrency": 3.0, "powerValues": []any{256.0, 512.0}, "payloadFixed": true,
		}, defaults["ceilings"], step)
		require.Equal(t, map[string]any{"functions": []any{otherARN}, "aliases": []any{"live"}}, defaults["autoOptimize"], step)
		require.Equal(t, "refuse", defaults["latestTraffic"], step)
	}
}

func TestWrongOwnersProperties(t *testing.T) {
	stack := newStack()
	token := awscdk.Token_AsNumber("later")
	for name, test := range map[string]struct {
		props PowerTuningProps
		want  []string
	}{
		"ceilings": {
			PowerTuningProps{MaxCost: jsii.Number(0), MaxInvocations: jsii.Number(4), MaxConcurrency: jsii.Number(0.5)},
			[]string{
				"MaxCost: 0 is not an amount known at synthesis; give USD above 0",
				"MaxInvocations: 4 is not a whole number known at synthesis that is a number of invocations, 5 or more",
				"MaxConcurrency: 0.5 is not a whole number known at synthesis that is a number of invocations at a time, 1 or more",
			},
		},
		"no amount":       {PowerTuningProps{MaxCost: jsii.Number(math.Inf(1))}, []string{"MaxCost: +Inf is not an amount known at synthesis; give USD above 0"}},
		"not a number":    {PowerTuningProps{MaxCost: jsii.Number(math.NaN())}, []string{"MaxCost: NaN is not an amount known at synthesis; give USD above 0"}},
		"a token":         {PowerTuningProps{MaxCost: token}, []string{"MaxCost: a token is not an amount known at synthesis; give USD above 0"}},
		"no memory sizes": {PowerTuningProps{AllowedPowerValues: &[]*float64{}}, []string{"AllowedPowerValues: the list is empty; give at least one memory size, or leave it out"}},
		"memory sizes": {
			PowerTuningProps{AllowedPowerValues: jsii.Numbers(100, 512), PowerValues: jsii.Numbers(512, 1024)},
			[]string{
				"AllowedPowerValues[0]: 100 is not a whole number known at synthesis that is a memory size in MB, 128 or more",
				"PowerValues[1]: 1024 MB are not among AllowedPowerValues; add them there, or leave them out here",
			},
		},
		"payloads": {
			PowerTuningProps{PayloadFixed: jsii.Bool(true), PayloadBucket: awss3.NewBucket(stack, jsii.String("Payloads"), nil)},
			[]string{"PayloadBucket: no input may name a payload in it where PayloadFixed is true; leave one of them out"},
		},
		"traffic": {
			PowerTuningProps{LatestTraffic: "ignore"},
			[]string{`LatestTraffic: "ignore" is not a way to treat callers of the unqualified function; give tuning.Warn or tuning.Refuse`},
		},
		"nothing to apply to": {
			PowerTuningProps{AutoOptimize: &AutoOptimize{}},
			[]string{"AutoOptimize: there is nothing that it could change; give Functions or FunctionArns too, because functions of an AddTarget belong to CloudFormation"},
		},
		"applied to nothing": {
			PowerTuningProps{FunctionArns: jsii.Strings(otherARN), AutoOptimize: &AutoOptimize{FunctionArns: &[]*string{}}},
			[]string{"AutoOptimize.FunctionArns: the list is empty; give at least one ARN, or leave it out for all"},
		},
		"what to apply": {
			PowerTuningProps{FunctionArns: jsii.Strings(otherARN), AutoOptimize: &AutoOptimize{
				FunctionArns: &[]*string{nil, jsii.String(importedARN)}, Aliases: &[]*string{jsii.String("dualarch-lock"), nil, jsii.String("7"), jsii.String("a*"), jsii.String("live")},
			}},
			[]string{
				"AutoOptimize.FunctionArns[0]: nil is not the ARN of one of Functions and FunctionArns; give one of theirs",
				`AutoOptimize.FunctionArns[1]: "` + importedARN + `" is not the ARN of one of Functions and FunctionArns; give one of theirs`,
				`AutoOptimize.Aliases[0]: "dualarch-lock" is not the name of an alias known at synthesis; give the name of an alias: letters, digits, - and _, not a number, not beginning with dualarch-`,
				"AutoOptimize.Aliases[1]: nil is not the name of an alias known at synthesis; give the name of an alias: letters, digits, - and _, not a number, not beginning with dualarch-",
				`AutoOptimize.Aliases[2]: "7" is not the name of an alias known at synthesis; give the name of an alias: letters, digits, - and _, not a number, not beginning with dualarch-`,
				`AutoOptimize.Aliases[3]: "a*" is not the name of an alias known at synthesis; give the name of an alias: letters, digits, - and _, not a number, not beginning with dualarch-`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, test.props.Problems(""))
		})
	}
}
