// Command thirtyapp is a CDK app with thirty functions: plain ones, or, where it is called with the argument "dual",
// DualArchFunctions with one tuner.
package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/constructs/powertuning"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Functions"), nil)
	const folder, handler = "examples/prime-python", "app.handler"
	if !slices.Contains(os.Args[1:], "dual") {
		for i := range 30 {
			awslambda.NewFunction(stack, jsii.String(fmt.Sprintf("Function%d", i)), &awslambda.FunctionProps{
				Runtime: awslambda.Runtime_PYTHON_3_14(), Handler: jsii.String(handler), Code: awslambda.Code_FromAsset(jsii.String(folder), nil),
			})
		}
		app.Synth(nil)
		return
	}
	tuner := powertuning.NewPowerTuning(stack, jsii.String("Tuning"), nil)
	for i := range 30 {
		dualarch.NewDualArchFunction(stack, jsii.String(fmt.Sprintf("Function%d", i)), &dualarch.DualArchFunctionProps{
			Code:        dualarch.AssetCode(jsii.String(folder), awslambda.Runtime_PYTHON_3_14(), jsii.String(handler)),
			Api:         &dualarch.ApiOptions{Disabled: jsii.Bool(true)},
			PowerTuning: &dualarch.PowerTuningOptions{Shared: tuner},
		})
	}
	app.Synth(nil)
}
