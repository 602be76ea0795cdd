package dualarch_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// newLayer returns a layer with those compatible architectures.
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

func TestLayersThatAreNil(t *testing.T) {
	stack := newStack(t)
	text := recovered(t, func() {
		dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
			Code:     hello,
			Function: &awslambda.FunctionOptions{Layers: &[]awslambda.ILayerVersion{nil}},
			X86:      &dualarch.SiblingOptions{Layers: &[]awslambda.ILayerVersion{nil}},
		})
	})
	require.Equal(t, refused(`DualArchFunction "Demo/Hello"`,
		`Function.Layers: nil was given; give an awslambda.ILayerVersion, or leave it out`,
		`X86.Layers: nil was given; give an awslambda.ILayerVersion, or leave it out`,
	), text)
	require.Empty(t, children(stack), "something was created")
}

func TestDualArchLayer(t *testing.T) {
	stack := newStack(t)
	first, other := folder(t, map[string]string{"lib.so": "1"}), folder(t, map[string]string{"lib.so": "2"})
	both := dualarch.NewDualArchLayer(stack, jsii.String("Both"), &dualarch.DualArchLayerProps{Path: first})
	each := dualarch.NewDualArchLayer(stack, jsii.String("Each"), &dualarch.DualArchLayerProps{
		X86Path: first, Arm64Path: other,
		CompatibleRuntimes: &[]awslambda.Runtime{awslambda.Runtime_PROVIDED_AL2023()},
		Description:        jsii.String("A library"), License: jsii.String("MIT"), RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
	})
	require.Equal(t, []string{"Layer"}, children(both))
	require.Equal(t, []string{"X86", "Arm64"}, children(each))
	dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi, PowerTuning: noTuning,
		Function: &awslambda.FunctionOptions{Layers: &[]awslambda.ILayerVersion{both.X86()}},
		X86:      &dualarch.SiblingOptions{Layers: &[]awslambda.ILayerVersion{each.X86()}},
		Arm64:    &dualarch.SiblingOptions{Layers: &[]awslambda.ILayerVersion{each.Arm64()}},
	})
	template := synth(t, stack)
	functions := template.ofType(functionType)
	require.Equal(t, "BothLayer EachX86", names(functions["HelloX86"]["Layers"]))
	require.Equal(t, "BothLayer EachArm64", names(functions["HelloArm64"]["Layers"]))

	layers := template.ofType("AWS::Lambda::LayerVersion")
	require.Equal(t, []any{"x86_64", "arm64"}, layers["BothLayer"]["CompatibleArchitectures"])
	require.Equal(t, []any{"x86_64"}, layers["EachX86"]["CompatibleArchitectures"])
	require.Equal(t, []any{"arm64"}, layers["EachArm64"]["CompatibleArchitectures"])
	require.Equal(t, layers["BothLayer"]["Content"], layers["EachX86"]["Content"], "the same files")
	require.NotEqual(t, layers["EachX86"]["Content"], layers["EachArm64"]["Content"])
	require.Equal(t, []any{"provided.al2023"}, layers["EachArm64"]["CompatibleRuntimes"])
	require.Equal(t, "A library", layers["EachArm64"]["Description"])
	require.Equal(t, "MIT", layers["EachArm64"]["LicenseInfo"])
	for id, resource := range template.Resources {
		if resource.Type == "AWS::Lambda::LayerVersion" {
			require.Equal(t, map[string]string{"BothLayer": "", "EachX86": "Retain", "EachArm64": "Retain"}[plain(id)], resource.DeletionPolicy)
		}
	}
}

func TestProblemsOfDualArchLayer(t *testing.T) {
	for _, test := range []struct {
		name  string
		props *dualarch.DualArchLayerProps
		want  []string
	}{
		{"nothing given", nil, []string{
			`X86Path: "" is not there; give a folder or a zip, absolute or relative to the working directory`,
			`Arm64Path: "" is not there; give a folder or a zip, absolute or relative to the working directory`,
		}},
		{"one missing", &dualarch.DualArchLayerProps{X86Path: jsii.String("testdata/hello")}, []string{
			`Arm64Path: "" is not there; give a folder or a zip, absolute or relative to the working directory`,
		}},
		{"too much", &dualarch.DualArchLayerProps{Path: jsii.String("layers.go"), X86Path: jsii.String("testdata/hello")}, []string{
			`Path: "layers.go" was given beside X86Path or Arm64Path; give one for both architectures, or one each`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			stack := newStack(t)
			text := recovered(t, func() { dualarch.NewDualArchLayer(stack, jsii.String("Layer"), test.props) })
			require.Equal(t, refused(`DualArchLayer "Demo/Layer"`, test.want...), text)
			require.Empty(t, children(stack), "something was created")
		})
	}
}
