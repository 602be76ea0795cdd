// Command examples is a small CDK app with functions that are not written in Go.
// Run the CDK in this folder:
//
//	cd examples && npx cdk deploy
//
// Their code has no native parts, so one zip runs on both architectures.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	newExamplesStack(app, "DualArchExamples")
	app.Synth(nil)
}

// newExamplesStack holds the functions of the demo in other languages, behind one
// API.
func newExamplesStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), &awscdk.StackProps{
		Description: jsii.String("dualarch's demo functions in Node.js and Python"),
	})
	api := dualarch.NewApi(stack, jsii.String("Api"), nil)

	dualarch.NewDualArchFunction(stack, jsii.String("NumberNode"), &dualarch.DualArchFunctionProps{
		Code: dualarch.AssetCode(jsii.String("number-node"), awslambda.Runtime_NODEJS_24_X(), jsii.String("index.handler")),
		Function: &awslambda.FunctionOptions{
			Timeout: awscdk.Duration_Seconds(jsii.Number(30)),
		},
		Api: &dualarch.ApiOptions{HttpApi: api.HttpApi(), Path: jsii.String("/number-node")},
		// Measuring it would measure the numbers service.
		PowerTuning: &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true)},
	})
	dualarch.NewDualArchFunction(stack, jsii.String("PrimePython"), &dualarch.DualArchFunctionProps{
		Code: dualarch.AssetCode(jsii.String("prime-python"), awslambda.Runtime_PYTHON_3_14(), jsii.String("app.handler")),
		Function: &awslambda.FunctionOptions{
			MemorySize: jsii.Number(1769), // one whole processor
			Timeout:    awscdk.Duration_Seconds(jsii.Number(30)),
		},
		Api: &dualarch.ApiOptions{HttpApi: api.HttpApi(), Path: jsii.String("/prime-python")},
		PowerTuning: &dualarch.PowerTuningOptions{
			Payload: map[string]any{"queryStringParameters": map[string]string{"max": "100000"}},
		},
	})
	return stack
}
