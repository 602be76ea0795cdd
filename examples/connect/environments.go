package connect

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// Environments deploys one app twice, and moves the tests to arm64 first.
func Environments(app awscdk.App, code dualarch.Code) {
	for name, primary := range map[string]awslambda.Architecture{
		"Test":       awslambda.Architecture_ARM_64(),
		"Production": awslambda.Architecture_X86_64(), // follows when the tests are content
	} {
		stage := awscdk.NewStage(app, &name, nil)
		stack := awscdk.NewStack(stage, jsii.String("Shop"), nil)
		dualarch.NewDualArchFunction(stack, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
			Code:    code,
			Primary: primary,
			Serving: &dualarch.ServingOptions{},
			PowerTuning: &dualarch.PowerTuningOptions{
				Disabled: jsii.Bool(name == "Production"), // it invokes the function
			},
		})
	}
}
