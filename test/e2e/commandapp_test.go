package e2e

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/constructs/powertuning"
	"github.com/dualarch/dualarch/test/emulator"
)

const commandStack = "Shop"

// commandConstructs are the functions of the stack, which share a tuner.
var commandConstructs = []string{"Orders", "Refunds"}

// synthesizeCommandApp writes the cloud assembly of an app whose functions the command tunes, and returns its folder.
func synthesizeCommandApp(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	defer jsii.Close()
	app := awscdk.NewApp(&awscdk.AppProps{
		Outdir: jsii.String(dir), Context: flagsOfDemo(t), DefaultStackSynthesizer: awscdk.NewCliCredentialsStackSynthesizer(nil), // see tunedApp
	})
	stack := awscdk.NewStack(app, jsii.String(commandStack), nil)
	tuner := powertuning.NewPowerTuning(stack, jsii.String("PowerTuning"), &powertuning.PowerTuningProps{
		PowerValues:       jsii.Numbers(128, 256),
		Num:               jsii.Number(5),
		Payload:           map[string]any{"queryStringParameters": map[string]string{"max": "1000"}},
		CompareResponses:  &powertuning.CompareResponses{Ignore: jsii.Strings("/machine", "/elapsed")},
		TunerArchitecture: awslambda.Architecture_Custom(jsii.String(emulator.HostArchitecture()), nil),
		Results:           &powertuning.Results{},
	})
	output := func(name string, value *string) {
		awscdk.NewCfnOutput(stack, jsii.String(name), &awscdk.CfnOutputProps{Value: value})
	}
	output("PowerTuningStateMachineArn", tuner.StateMachine().StateMachineArn())
	output("HealArn", tuner.HealStateMachine().StateMachineArn())
	output("Bucket", tuner.ResultsBucket().BucketName())
	for _, name := range commandConstructs {
		fn := dualarch.NewDualArchFunction(stack, jsii.String(name), &dualarch.DualArchFunctionProps{
			Code:        dualarch.GoCode(jsii.String(primeSource), nil),
			Function:    &awslambda.FunctionOptions{MemorySize: jsii.Number(512), Timeout: awscdk.Duration_Seconds(jsii.Number(30))},
			Api:         &dualarch.ApiOptions{Disabled: jsii.Bool(true)},
			PowerTuning: &dualarch.PowerTuningOptions{Shared: tuner},
		})
		output(name+"X86", fn.X86().FunctionName())
		output(name+"Arm64", fn.Arm64().FunctionName())
	}
	app.Synth(nil)
	return dir
}
