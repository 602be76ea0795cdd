package dualarch_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// The suffix may be a tag that is a token: there is room for the longest.
func TestLongDescriptions(t *testing.T) {
	long := func(length int) *string { return jsii.String(strings.Repeat("ä", length)) }
	for name, test := range map[string]struct {
		tag                             bool
		ofFunction, ofVersion           int
		refusedFunction, refusedVersion string
	}{
		"hash":          {false, 236, 256, "", ""},
		"too long":      {false, 237, 257, "give at most 236: Lambda takes 256, and the code's hash follows", "give at most 256"},
		"tag":           {true, 119, 119, "", ""},
		"too long, tag": {true, 120, 120, "give at most 119: Lambda takes 256, and the image's tag follows, which may have 128", "give at most 119: Lambda takes 256, and the image's tag follows, which may have 128"},
	} {
		t.Run(name, func(t *testing.T) {
			stack := newStack(t)
			code := hello
			if test.tag {
				tag := awscdk.NewCfnParameter(stack, jsii.String("Release"), nil).ValueAsString()
				code = dualarch.EcrImage(awsecr.NewRepository(stack, jsii.String("Images"), nil), &dualarch.EcrImageOptions{X86: tag, Arm64: jsii.String("v1")})
			}
			deploy := func() {
				dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
					Code: code,
					Function: &awslambda.FunctionOptions{
						Description:           long(test.ofFunction),
						CurrentVersionOptions: &awslambda.VersionOptions{Description: long(test.ofVersion)},
					},
					Api: noApi, PowerTuning: noTuning,
				})
			}
			if test.refusedFunction == "" {
				deploy()
				synth(t, stack)
				return
			}
			require.Equal(t, refused(`DualArchFunction "Demo/Hello"`,
				fmt.Sprintf("Function.Description: %d characters were given; %s", test.ofFunction, test.refusedFunction),
				fmt.Sprintf("Function.CurrentVersionOptions.Description: %d characters were given; %s", test.ofVersion, test.refusedVersion),
			), recovered(t, deploy))
		})
	}
}

// The least length of a description with tokens is known when they are resolved.
func TestLongDescriptionsWithTokens(t *testing.T) {
	stack := newStack(t)
	name := *awscdk.Fn_ImportValue(jsii.String("name"))
	deploy := func(id string, ofFunction, ofVersion int) {
		dualarch.NewDualArchFunction(stack, jsii.String(id), &dualarch.DualArchFunctionProps{
			Code: hello,
			Function: &awslambda.FunctionOptions{
				Description:           jsii.String(name + strings.Repeat("d", ofFunction)),
				CurrentVersionOptions: &awslambda.VersionOptions{Description: awscdk.Fn_Join(jsii.String("--"), jsii.Strings(name, strings.Repeat("v", ofVersion)))},
			},
			Api: noApi, PowerTuning: noTuning,
		})
	}
	deploy("Right", 236, 254)
	synth(t, stack)

	stack = newStack(t)
	deploy("Wrong", 237, 255)
	require.Contains(t, recovered(t, func() { awscdk.App_Of(stack).Synth(nil) }), `Validation failed with the following errors:
  [Demo/Wrong] Demo/Wrong: Function.Description: it has at least 257 characters with what follows it; give at least 1 fewer: Lambda takes 256
  [Demo/Wrong] Demo/Wrong: Function.CurrentVersionOptions.Description: it has at least 257 characters with what follows it; give at least 1 fewer: Lambda takes 256`)
}
