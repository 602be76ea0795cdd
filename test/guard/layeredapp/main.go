// Command layeredapp is a CDK app whose siblings share a layer by its two folders: layer/x86_64 and
// layer/arm64 of the working directory.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	awscdk.Aspects_Of(app).Add(dualarch.NewGuard(nil), nil)
	stack := awscdk.NewStack(app, jsii.String("Shop"), nil)
	layer := dualarch.NewDualArchLayer(stack, jsii.String("Greeting"), &dualarch.DualArchLayerProps{
		X86Path: jsii.String("layer/x86_64"), Arm64Path: jsii.String("layer/arm64"),
	})
	dualarch.NewDualArchFunction(stack, jsii.String("Greet"), &dualarch.DualArchFunctionProps{
		Code:        dualarch.AssetCode(jsii.String("code"), awslambda.Runtime_PROVIDED_AL2023(), jsii.String("bootstrap")),
		X86:         &dualarch.SiblingOptions{Layers: &[]awslambda.ILayerVersion{layer.X86()}},
		Arm64:       &dualarch.SiblingOptions{Layers: &[]awslambda.ILayerVersion{layer.Arm64()}},
		Api:         &dualarch.ApiOptions{Disabled: jsii.Bool(true)},
		PowerTuning: &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true)},
	})
	awslambda.NewFunction(stack, jsii.String("Plain"), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_PROVIDED_AL2023(), Handler: jsii.String("bootstrap"),
		Code:   awslambda.Code_FromAsset(jsii.String("code"), nil),
		Layers: &[]awslambda.ILayerVersion{layer.X86()},
	})
	app.Synth(nil)
}
