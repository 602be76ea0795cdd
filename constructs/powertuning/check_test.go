package powertuning

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"
)

// refused returns the text with which NewPowerTuning refuses wrong properties.
func refused(problems ...string) string {
	return `PowerTuning "Stack/Tuning" cannot be made, nothing was created:` + "\n  - " + strings.Join(problems, "\n  - ")
}

func TestWrongProps(t *testing.T) {
	stack := newStack()
	f := newFunction(stack, "F", awslambda.Architecture_ARM_64())
	alias := awslambda.NewAlias(stack, jsii.String("Alias"), &awslambda.AliasProps{
		AliasName: jsii.String("live"), Version: f.CurrentVersion(),
	})
	token := awscdk.Token_AsNumber("later")
	bucket := awss3.Bucket_FromBucketName(stack, jsii.String("Bucket"), jsii.String("results"))
	before := len(*stack.Node().Children())

	const unqualified = "is not the unqualified ARN of one function; give arn:aws:lambda:<region>:<account>:function:<name>, without version, alias or wildcard"
	for name, test := range map[string]struct {
		props PowerTuningProps
		want  []string
	}{
		"power values": {
			PowerTuningProps{PowerValues: &[]*float64{jsii.Number(128), jsii.Number(127), jsii.Number(10241), jsii.Number(512.5), nil, token}},
			[]string{
				"PowerValues[1]: 127 is not a whole number known at synthesis that is a memory size in MB, 128 or more",
				"PowerValues[3]: 512.5 is not a whole number known at synthesis that is a memory size in MB, 128 or more",
				"PowerValues[4]: nil is not a whole number known at synthesis that is a memory size in MB, 128 or more",
				"PowerValues[5]: a token is not a whole number known at synthesis that is a memory size in MB, 128 or more",
			},
		},
		"no power values": {
			PowerTuningProps{PowerValues: &[]*float64{}},
			[]string{"PowerValues: the list is empty; give at least one memory size, or leave it out"},
		},
		"how it measures": {
			PowerTuningProps{Exploration: "clever", Num: jsii.Number(4), Strategy: "fast", BalancedWeight: jsii.Number(math.NaN())},
			[]string{
				"Num: 4 is not a whole number known at synthesis that is a number from 5 to 10000",
				`Exploration: "clever" is not a way to explore; give tuning.Adaptive or tuning.Exhaustive`,
				`Strategy: "fast" is not a strategy; give tuning.Cost, tuning.Speed or tuning.Balanced`,
				"BalancedWeight: NaN is not a weight; give a number from 0 (speed) to 1 (cost)",
			},
		},
		"weight that is a token": {
			PowerTuningProps{BalancedWeight: token},
			[]string{"BalancedWeight: a token is not a weight; give a number from 0 (speed) to 1 (cost)"},
		},
		"payload that is not JSON": {
			PowerTuningProps{Payload: func() {}},
			[]string{"Payload: it cannot be written as JSON (json: unsupported type: func()); give a value that encoding/json can write"},
		},
		"payload with paths": {
			PowerTuningProps{Payload: map[string]any{"a.$": 1, "b": []any{map[string]any{"c.$": "$"}}}},
			[]string{
				`Payload: the key /a.$ ends with ".$", which Step Functions would read as a path; rename it, or give the payload with the execution's input`,
				`Payload: the key /b/0/c.$ ends with ".$", which Step Functions would read as a path; rename it, or give the payload with the execution's input`,
			},
		},
		"large payload": {
			PowerTuningProps{Payload: strings.Repeat("x", 60_000)},
			[]string{"Payload: 60002 bytes of JSON are too many; give at most 60000 bytes, or use the input's payloadS3 and PayloadBucket"},
		},
		"comparison": {
			PowerTuningProps{CompareResponses: &CompareResponses{Ignore: &[]*string{jsii.String("machine"), nil}}},
			[]string{
				`CompareResponses.Ignore[0]: "machine" is not a JSON pointer; give one that begins with a slash, such as /body/elapsed`,
				"CompareResponses.Ignore[1]: nil is not a JSON pointer; give one that begins with a slash, such as /body/elapsed",
			},
		},
		"comparison off": {
			PowerTuningProps{CompareResponses: &CompareResponses{Disabled: jsii.Bool(true), Ignore: jsii.Strings("/machine")}},
			[]string{"CompareResponses.Ignore: there is nothing to ignore where Disabled is true; leave one of them out"},
		},
		"visualization": {
			PowerTuningProps{VisualizationUrl: jsii.String("charts.example")},
			[]string{`VisualizationUrl: "charts.example" is not the address of a page; give one that begins with https://`},
		},
		"functions": {
			PowerTuningProps{Functions: &[]*TunedFunction{nil, {}, {Function: alias}, {Function: f.CurrentVersion()}}},
			[]string{
				"Functions[0].Function: nil is not a function; give an awslambda.IFunction",
				"Functions[1].Function: nil is not a function; give an awslambda.IFunction",
				`Functions[2].Function: "Stack/Alias" is an alias; give the function that it belongs to`,
				`Functions[3].Function: "Stack/F/CurrentVersion" is a version; give the function that it belongs to`,
			},
		},
		"function ARNs": {
			PowerTuningProps{FunctionArns: &[]*string{
				nil, jsii.String("f"), jsii.String("arn:aws:lambda:eu-central-1:123456789012:function:f:live"),
				jsii.String("arn:aws:lambda:eu-central-1:123456789012:function:f*"), f.FunctionArn(),
			}},
			[]string{
				"FunctionArns[0]: nil " + unqualified,
				`FunctionArns[1]: "f" ` + unqualified,
				`FunctionArns[2]: "arn:aws:lambda:eu-central-1:123456789012:function:f:live" ` + unqualified,
				`FunctionArns[3]: "arn:aws:lambda:eu-central-1:123456789012:function:f*" ` + unqualified,
			},
		},
		"processors and payload key": {
			PowerTuningProps{Processors: &[]awslambda.IFunction{nil}, PayloadKey: jsii.String("a")},
			[]string{
				"Processors[0]: nil is not a function; give one, or leave it out",
				`PayloadKey: "a" belongs to no bucket; give PayloadBucket too`,
			},
		},
		"results": {
			PowerTuningProps{Results: &Results{Prefix: jsii.String("/tuning"), Expiration: awscdk.Duration_Hours(jsii.Number(36))}},
			[]string{
				`Results.Prefix: "/tuning" cannot begin a key; give at most 400 letters, digits and ! - _ . in parts that each end with a slash, such as "tuning/"`,
				"Results.Expiration: 129600 seconds is not how long results are kept; give whole days, 1 or more",
			},
		},
		"results in a bucket of one's own": {
			PowerTuningProps{Results: &Results{
				Bucket: bucket, Prefix: jsii.String("../"),
				Expiration: awscdk.Duration_Days(jsii.Number(30)), RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
			}},
			[]string{
				`Results.Prefix: "../" cannot begin a key; give at most 400 letters, digits and ! - _ . in parts that each end with a slash, such as "tuning/"`,
				"Results.Expiration: the bucket that was given has rules of its own; leave one of them out",
				"Results.RemovalPolicy: the bucket that was given has its own; leave one of them out",
			},
		},
		"an alarm of nothing": {
			PowerTuningProps{AdviceAlarm: &AdviceAlarm{}},
			[]string{"AdviceAlarm: no results are kept that it could compare; give Results too"},
		},
		"time-outs": {
			PowerTuningProps{TotalExecutionTimeout: awscdk.Duration_Seconds(jsii.Number(59))},
			[]string{"TotalExecutionTimeout: 59 seconds is not a time-out; give whole seconds from 1 minute to 365 days"},
		},
		"long time-out": {
			PowerTuningProps{TotalExecutionTimeout: awscdk.Duration_Days(jsii.Number(366))},
			[]string{"TotalExecutionTimeout: 3.16224e+07 seconds is not a time-out; give whole seconds from 1 minute to 365 days"},
		},
		"broken time-out": {
			PowerTuningProps{TotalExecutionTimeout: awscdk.Duration_Millis(jsii.Number(60_500))},
			[]string{"TotalExecutionTimeout: 60.5 seconds is not a time-out; give whole seconds from 1 minute to 365 days"},
		},
		"time-out that is a token": {
			PowerTuningProps{TotalExecutionTimeout: awscdk.Duration_Seconds(token)},
			[]string{"TotalExecutionTimeout: a token is known too late; give a duration that is known at synthesis"},
		},
		"time-out of Measure": {
			PowerTuningProps{MeasureTimeout: awscdk.Duration_Seconds(jsii.Number(899))},
			[]string{"MeasureTimeout: 899 seconds is not a time-out; give whole seconds, 15 minutes or more"},
		},
		"longest invocation": {
			PowerTuningProps{LongestInvocation: awscdk.Duration_Millis(jsii.Number(1500))},
			[]string{"LongestInvocation: 1.5 seconds is not how long an invocation takes; give whole seconds, 1 or more"},
		},
		"durations that are tokens": {
			PowerTuningProps{MeasureTimeout: awscdk.Duration_Seconds(token), LongestInvocation: awscdk.Duration_Seconds(token)},
			[]string{
				"MeasureTimeout: a token is known too late; give a duration that is known at synthesis",
				"LongestInvocation: a token is known too late; give a duration that is known at synthesis",
			},
		},
		"tenant": {
			PowerTuningProps{TenantId: jsii.String("blue!")},
			[]string{`TenantId: "blue!" is not a tenant's id; give 1 to 256 letters, digits, spaces and . _ : / = + - @`},
		},
		"network": {
			PowerTuningProps{VpcSubnets: &awsec2.SubnetSelection{}, SecurityGroups: &[]awsec2.ISecurityGroup{}},
			[]string{"VpcSubnets: they belong to no VPC; give Vpc too", "SecurityGroups: they belong to no VPC; give Vpc too"},
		},
		"names": {
			PowerTuningProps{StateMachineNamePrefix: jsii.String("a b")},
			[]string{`StateMachineNamePrefix: "a b" cannot begin a state machine's name; give 1 to 43 letters, digits, hyphens and underscores`},
		},
		"architecture": {
			PowerTuningProps{TunerArchitecture: awslambda.Architecture_Custom(jsii.String("banana"), nil)},
			[]string{`TunerArchitecture: "banana" is not an architecture of Lambda; give awslambda.Architecture_ARM_64() or awslambda.Architecture_X86_64()`},
		},
		"binary": {
			PowerTuningProps{TunerBinary: jsii.String("nowhere")},
			[]string{`TunerBinary: "nowhere" cannot be used (open nowhere/bootstrap: no such file or directory); give a folder that holds the tuner's binary as bootstrap, or a .zip file of that folder`},
		},
		"zipped binary": {
			PowerTuningProps{TunerBinary: jsii.String("nowhere.zip")},
			[]string{`TunerBinary: "nowhere.zip" cannot be used (open nowhere.zip: no such file or directory); give a folder that holds the tuner's binary as bootstrap, or a .zip file of that folder`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, refused(test.want...), refusal(t, func() {
				NewPowerTuning(stack, jsii.String("Tuning"), &test.props)
			}))
			if test.props.TunerBinary == nil {
				for i := range test.want {
					test.want[i] = "Props." + test.want[i]
				}
				require.Equal(t, test.want, test.props.Problems("Props."))
			}
		})
	}
	require.Len(t, *stack.Node().Children(), before, "something was created")
	require.Empty(t, (*PowerTuningProps)(nil).Problems(""))
}

func TestTokensAreNotJudged(t *testing.T) {
	token := awscdk.NewCfnParameter(newStack(), jsii.String("Later"), nil).ValueAsString()
	require.Empty(t, (&PowerTuningProps{VisualizationUrl: token, TenantId: token, FunctionArns: &[]*string{token}}).Problems(""))
}

func TestWrongTargets(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary(), Payload: strings.Repeat("x", 20_000)})
	prime := newSiblings(stack, "Prime")
	p.AddTarget(prime)
	other := awscdk.NewStack(stack.Node().Root().(awscdk.App), jsii.String("Other"), nil)
	away := newSiblings(other, "Away")

	for name, test := range map[string]struct {
		target siblings
		want   string
	}{
		"name taken": {
			siblings{name: "Prime", functions: prime.functions},
			`PowerTuning "Stack/Tuning" cannot have the target "Prime":
  - Name: "Prime" is taken by another target of the PowerTuning "Stack/Tuning"; give another`,
		},
		"nothing": {
			siblings{},
			`PowerTuning "Stack/Tuning" cannot have the target "":
  - Name: "" is not a name; give one that is known at synthesis
  - Functions: 0 functions cannot be compared; give one, or two of different architectures`,
		},
		"same architecture": {
			siblings{name: "Twins", functions: []*TunedFunction{prime.functions[0], prime.functions[0], {Function: prime.functions[1].Function.LatestVersion()}}},
			`PowerTuning "Stack/Tuning" cannot have the target "Twins":
  - Functions: 3 functions cannot be compared; give one, or two of different architectures
  - Functions[1]: it is a second function for x86_64; give functions of different architectures
  - Functions[2].Function: "Stack/PrimeGraviton/$LATEST" is a version; give the function that it belongs to`,
		},
		"another stack": {
			siblings{name: "Away", functions: away.functions[:1]},
			`PowerTuning "Stack/Tuning" cannot have the target "Away":
  - Functions[0]: it is in the stack "Other" and the PowerTuning in "Stack"; create both in one stack, because each would need the other first`,
		},
		"a tenant that Lambda does not take": {
			siblings{name: "Tenant", functions: prime.functions, tenant: jsii.String("")},
			`PowerTuning "Stack/Tuning" cannot have the target "Tenant":
  - TenantId: "" is not a tenant's id; give 1 to 256 letters, digits, spaces and . _ : / = + - @`,
		},
		"payloads too large together": {
			siblings{name: "Large", functions: prime.functions, payload: strings.Repeat("x", 45_000)},
			`PowerTuning "Stack/Tuning" cannot have the target "Large":
  - Payload: all default payloads of this PowerTuning together have 65004 bytes of JSON; give at most 60000 bytes`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, refusal(t, func() { p.AddTarget(&test.target) }))
		})
	}

	require.Empty(t, p.TargetProblems(stack, jsii.String("New")))
	require.Equal(t, []string{
		`Name: "Prime" is taken by another target of the PowerTuning "Stack/Tuning"; give another`,
		`Stack: it is in the stack "Other" and the PowerTuning in "Stack"; create both in one stack, because each would need the other first`,
	}, p.TargetProblems(other, jsii.String("Prime")))
}

// TestChangedBinary replaces a binary with another one of the same path, size and
// time.
func TestChangedBinary(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "bootstrap")
	keys := map[any]bool{}
	for _, content := range []string{"one", "two"} {
		require.NoError(t, os.WriteFile(file, []byte(content), 0o755))
		info, err := os.Stat(file)
		require.NoError(t, err)
		require.NoError(t, os.Chtimes(file, info.ModTime().Truncate(1e9), info.ModTime().Truncate(1e9)))
		p := NewPowerTuning(newStack(), jsii.String("Tuning"), &PowerTuningProps{
			TunerBinary: jsii.String(dir), FunctionArns: jsii.Strings("arn:aws:lambda:eu-central-1:123456789012:function:f"),
		})
		keys[synthesize(t, p).properties(t, "AWS::Lambda::Function", "Plan")["Code"].(map[string]any)["S3Key"]] = true
	}
	require.Len(t, keys, 2)
}
