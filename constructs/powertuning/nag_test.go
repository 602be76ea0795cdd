package powertuning

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
	"github.com/stretchr/testify/require"
)

// Each suppression is for one ARN, so that a permission that somebody adds is found.
func TestSuppressionsNameExactARNs(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{
		TunerBinary:   binary(),
		PayloadBucket: awss3.NewBucket(stack, jsii.String("Payloads"), nil),
		FunctionArns:  jsii.Strings("arn:aws:lambda:eu-central-1:123456789012:function:elsewhere"),
	})
	p.AddTarget(newSiblings(stack, "Prime"))
	p.AddTarget(newSiblings(stack, "Number"))
	const logs = "Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/lambda/"
	require.Equal(t, []string{
		"Resource::*",
		"Resource::arn:aws:lambda:eu-central-1:123456789012:function:elsewhere:*",
		"Resource::<NumberIntel.Arn>:*", "Resource::<NumberGraviton.Arn>:*",
		"Resource::<PrimeIntel.Arn>:*", "Resource::<PrimeGraviton.Arn>:*",
		"Resource::arn:<AWS::Partition>:logs:eu-central-1:123456789012:log-group:/aws/lambda/elsewhere:*",
		logs + "<NumberIntel>:*", logs + "<NumberGraviton>:*", logs + "<PrimeIntel>:*", logs + "<PrimeGraviton>:*",
		"Resource::<Payloads.Arn>/*",
	}, suppressed(t, p, "MeasureRoleDefaultPolicy"))
	require.Equal(t, []string{"Resource::" + executions}, suppressed(t, p, "PlanExecutions"))
	require.Equal(t, []string{"Resource::*"}, suppressed(t, p, "VerdictRoleDefaultPolicy"))

	p.Measure().AddToRolePolicy(allow([]string{"lambda:InvokeFunction"}, jsii.String("arn:aws:lambda:eu-central-1:123456789012:function:other:*")))
	require.Contains(t, findings(t, stack, p), "[Resource::arn:aws:lambda:eu-central-1:123456789012:function:other:*]")
}

// logicalIDHash matches the hash of a reference in a finding id, and not an account.
var logicalIDHash = regexp.MustCompile(`[0-9A-F]{8}((\.\w+)?>)`)

// suppressed returns the finding ids that the metadata of a policy names.
func suppressed(t *testing.T, p awscdk.NestedStack, id string) []string {
	t.Helper()
	var all []string
	for name, r := range synthesize(t, p).Resources {
		if plainName(name) != id {
			continue
		}
		for _, rule := range r.Metadata["cdk_nag"].(map[string]any)["rules_to_suppress"].([]any) {
			for _, on := range rule.(map[string]any)["applies_to"].([]any) {
				all = append(all, logicalIDHash.ReplaceAllString(on.(string), "$1"))
			}
		}
	}
	return all
}

// An owner who wants to judge the findings gets them all.
func TestSuppressionsCanBeSwitchedOff(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary(), CdkNagSuppressions: jsii.Bool(false)})
	p.AddTarget(newSiblings(stack, "Prime"))
	for name, r := range synthesize(t, p).Resources {
		require.NotContains(t, r.Metadata, "cdk_nag", name)
	}
	found := findings(t, stack, p)
	require.Contains(t, found, "AwsSolutions-IAM5[Resource::*]")
	require.Contains(t, found, "AwsSolutions-SQS3")
}

// findings returns what cdk-nag says of a stack.
func findings(t *testing.T, stack awscdk.Stack, p awscdk.NestedStack) string {
	t.Helper()
	awscdk.Aspects_Of(p).Add(cdknag.NewAwsSolutionsChecks(nil), nil)
	anything := assertions.Match_AnyValue()
	annotations := assertions.Annotations_FromStack(stack)
	text, err := json.MarshalIndent([]any{
		annotations.FindError(jsii.String("*"), anything), annotations.FindWarning(jsii.String("*"), anything),
	}, "", " ")
	require.NoError(t, err)
	return string(text)
}

// TestNag runs cdk-nag over stacks that use every property that grants something.
func TestNag(t *testing.T) {
	for name, props := range map[string]func(awscdk.Stack) *PowerTuningProps{
		"plain": func(awscdk.Stack) *PowerTuningProps { return &PowerTuningProps{} },
		"everything": func(stack awscdk.Stack) *PowerTuningProps {
			return &PowerTuningProps{
				Vpc:           awsec2.NewVpc(stack, jsii.String("Vpc"), nil),
				PayloadBucket: awss3.NewBucket(stack, jsii.String("Payloads"), nil),
				PayloadKey:    jsii.String("big/*.json"),
				EncryptionKey: awskms.NewKey(stack, jsii.String("Key"), &awskms.KeyProps{EnableKeyRotation: jsii.Bool(true)}),
				Processors:    &[]awslambda.IFunction{newFunction(stack, "Processor", awslambda.Architecture_ARM_64())},
				FunctionArns:  jsii.Strings("arn:aws:lambda:eu-central-1:123456789012:function:elsewhere"),
				Results:       &Results{},
				AdviceAlarm:   &AdviceAlarm{},
			}
		},
		"results in a bucket": func(stack awscdk.Stack) *PowerTuningProps {
			return &PowerTuningProps{Results: &Results{Bucket: awss3.NewBucket(stack, jsii.String("Bucket"), nil)}}
		},
		"many functions": func(awscdk.Stack) *PowerTuningProps {
			return &PowerTuningProps{FunctionArns: manyARNs(40)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			stack := newStack()
			given := props(stack)
			given.TunerBinary = binary()
			p := NewPowerTuning(stack, jsii.String("Tuning"), given)
			prime := newSiblings(stack, "Prime")
			prime.schedule = &Schedule{}
			p.AddTarget(prime)
			require.Equal(t, "[\n [],\n []\n]", findings(t, stack, p))
		})
	}
}
