package powertuning

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
	"github.com/stretchr/testify/require"
)

// TestNag runs cdk-nag over stacks that use every property that grants something.
func TestNag(t *testing.T) {
	for name, props := range map[string]func(awscdk.Stack) *PowerTuningProps{
		"plain": func(awscdk.Stack) *PowerTuningProps { return &PowerTuningProps{} },
		"everything": func(stack awscdk.Stack) *PowerTuningProps {
			return &PowerTuningProps{
				Vpc:           awsec2.NewVpc(stack, jsii.String("Vpc"), nil),
				PayloadBucket: awss3.NewBucket(stack, jsii.String("Payloads"), nil),
				PayloadKey:    jsii.String("big/*.json"),
				Processors:    &[]awslambda.IFunction{newFunction(stack, "Processor", awslambda.Architecture_ARM_64())},
				FunctionArns:  jsii.Strings("arn:aws:lambda:eu-central-1:123456789012:function:elsewhere"),
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			stack := newStack()
			given := props(stack)
			given.TunerBinary = binary()
			p := NewPowerTuning(stack, jsii.String("Tuning"), given)
			p.AddTarget(newSiblings(stack, "Prime"))
			awscdk.Aspects_Of(p).Add(cdknag.NewAwsSolutionsChecks(nil), nil)

			anything := assertions.Match_AnyValue()
			annotations := assertions.Annotations_FromStack(stack)
			for _, found := range []any{
				annotations.FindError(jsii.String("*"), anything), annotations.FindWarning(jsii.String("*"), anything),
			} {
				text, err := json.MarshalIndent(found, "", " ")
				require.NoError(t, err)
				require.Equal(t, "[]", string(text))
			}
		})
	}
}
