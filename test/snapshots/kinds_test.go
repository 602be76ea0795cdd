package snapshots

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// A function of each kind of code, and both kinds of layers.
func TestKindsOfCode(t *testing.T) {
	t.Setenv("CDK_DOCKER", "no-such-docker") // a snapshot test needs none
	t.Setenv("DUALARCH_BUILT_DIR", t.TempDir())
	t.Setenv("DUALARCH_IMAGES_DIR", t.TempDir())
	testStack(t, "Kinds", addKinds, testKinds)
}

func addKinds(stack awscdk.Stack) {
	python, handler := awslambda.Runtime_PYTHON_3_14(), jsii.String("app.handler")
	prime, x86, arm64 := jsii.String(root+"/functions/prime"), jsii.String("testdata/code/x86_64"), jsii.String("testdata/code/arm64")
	repository := dualarch.NewDualArchRepository(stack, jsii.String("Images"), nil)
	both := dualarch.NewDualArchLayer(stack, jsii.String("LayerForBoth"), &dualarch.DualArchLayerProps{Path: x86})
	each := dualarch.NewDualArchLayer(stack, jsii.String("LayerEach"), &dualarch.DualArchLayerProps{X86Path: x86, Arm64Path: arm64})
	for _, kind := range []struct {
		id   string
		code dualarch.Code
	}{
		{"GoCode", dualarch.GoCode(prime, nil)},
		{"AssetCode", dualarch.AssetCode(x86, python, handler)},
		{"AssetCodePerArchitecture", dualarch.AssetCodePerArchitecture(x86, arm64, python, handler)},
		{"AssetCodeBuilt", dualarch.AssetCodeBuilt(x86, python, handler, jsii.Strings("true"), nil)},
		{"GoImageCode", dualarch.GoImageCode(prime, &dualarch.GoImageCodeOptions{Cmd: jsii.Strings("serve")})},
		{"ImageCode", dualarch.ImageCode(jsii.String("testdata/code/image"), &dualarch.ImageCodeOptions{
			Cmd: jsii.Strings("serve"), Entrypoint: jsii.Strings("/greeting"), WorkingDirectory: jsii.String("/srv"),
		})},
		{"EcrImage", dualarch.EcrImage(repository.Repository(), &dualarch.EcrImageOptions{Tag: jsii.String("v42")})},
	} {
		props := &dualarch.DualArchFunctionProps{
			Code:        kind.code,
			Api:         &dualarch.ApiOptions{Disabled: jsii.Bool(true)},
			PowerTuning: &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true)},
		}
		if kind.id == "AssetCode" {
			props.Function = &awslambda.FunctionOptions{Layers: &[]awslambda.ILayerVersion{both.X86()}}
			props.X86 = &dualarch.SiblingOptions{Layers: &[]awslambda.ILayerVersion{each.X86()}}
			props.Arm64 = &dualarch.SiblingOptions{Layers: &[]awslambda.ILayerVersion{each.Arm64()}}
		}
		dualarch.NewDualArchFunction(stack, jsii.String(kind.id), props)
	}
}

// testKinds looks at what the two siblings of each kind share: the code of one kind only.
func testKinds(t *testing.T, stack template) {
	t.Helper()
	code := map[string]string{} // by kind and architecture
	for id, function := range stack.ofType("AWS::Lambda::Function") {
		architecture := function.Properties["Architectures"].([]any)[0].(string)
		kind := strings.TrimSuffix(strings.TrimSuffix(id[:len(id)-8], "X86"), "Arm64")
		given := function.Properties["Code"].(map[string]any)
		if function.Properties["PackageType"] == "Image" {
			code[kind+" "+architecture] = names(given["ImageUri"])
		} else {
			code[kind+" "+architecture] = given["S3Key"].(string)
		}
	}
	require.Len(t, code, 14)
	for _, kind := range []string{"GoCode", "AssetCode", "AssetCodePerArchitecture", "AssetCodeBuilt", "GoImageCode", "ImageCode", "EcrImage"} {
		x86, arm64 := code[kind+" x86_64"], code[kind+" arm64"]
		require.NotEmpty(t, x86, kind)
		require.NotEmpty(t, arm64, kind)
		require.Equal(t, kind == "AssetCode", x86 == arm64, kind)
	}
	architectures := map[string]any{}
	for id, layer := range stack.ofType("AWS::Lambda::LayerVersion") {
		architectures[id[:len(id)-8]] = layer.Properties["CompatibleArchitectures"]
	}
	require.Equal(t, map[string]any{
		"LayerForBothLayer": []any{"x86_64", "arm64"},
		"LayerEachX86":      []any{"x86_64"},
		"LayerEachArm64":    []any{"arm64"},
	}, architectures)
}
