package dualarch_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// newLayer is a layer with those compatible architectures.
func newLayer(stack awscdk.Stack, id string, made ...awslambda.Architecture) awslambda.ILayerVersion {
	props := &awslambda.LayerVersionProps{Code: awslambda.Code_FromAsset(jsii.String("testdata/hello"), nil)}
	if len(made) > 0 {
		props.CompatibleArchitectures = &made
	}
	return awslambda.NewLayerVersion(stack, jsii.String(id), props)
}

func TestLayersOfTheWrongArchitecture(t *testing.T) {
	x86, arm64 := awslambda.Architecture_X86_64(), awslambda.Architecture_ARM_64()
	stack := newStack(t)
	fits := []awslambda.ILayerVersion{newLayer(stack, "Any"), newLayer(stack, "Both", x86, arm64)}
	forX86, forArm64 := newLayer(stack, "ForX86", x86), newLayer(stack, "ForArm64", arm64)
	shared := append([]awslambda.ILayerVersion{forX86}, fits...)
	before := children(stack)
	text := recovered(t, func() {
		dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
			Code:     hello,
			Function: &awslambda.FunctionOptions{Layers: &shared},
			X86:      &dualarch.SiblingOptions{Layers: &[]awslambda.ILayerVersion{forX86, forArm64}},
			Arm64:    &dualarch.SiblingOptions{Layers: &[]awslambda.ILayerVersion{forX86, forArm64}},
		})
	})
	require.Equal(t, refused(`DualArchFunction "Demo/Hello"`,
		`Function.Layers: "Demo/ForX86" is not compatible with arm64: its CompatibleArchitectures are x86_64; give it as X86.Layers or Arm64.Layers with one for the other sibling, or add arm64 to them where it runs there`,
		`X86.Layers: "Demo/ForArm64" is not compatible with x86_64: its CompatibleArchitectures are arm64; give the layer's x86_64 edition, or add x86_64 to them where it runs there`,
		`Arm64.Layers: "Demo/ForX86" is not compatible with arm64: its CompatibleArchitectures are x86_64; give the layer's arm64 edition, or add arm64 to them where it runs there`,
	), text)
	require.Equal(t, before, children(stack), "something was created")

	dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi, PowerTuning: noTuning,
		Function: &awslambda.FunctionOptions{Layers: &fits},
		X86:      &dualarch.SiblingOptions{Layers: &[]awslambda.ILayerVersion{forX86}},
		Arm64:    &dualarch.SiblingOptions{Layers: &[]awslambda.ILayerVersion{forArm64}},
	})
	functions := synth(t, stack).ofType(functionType)
	require.Equal(t, "Any Both ForX86", names(functions["HelloX86"]["Layers"]))
	require.Equal(t, "Any Both ForArm64", names(functions["HelloArm64"]["Layers"]))
}
