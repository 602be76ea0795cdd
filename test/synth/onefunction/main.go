// Command onefunction is a CDK app with one DualArchFunction: what its packages cost to compile.
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
	stack := awscdk.NewStack(app, jsii.String("One"), nil)
	dualarch.NewDualArchFunction(stack, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
		Code:     dualarch.GoCode(jsii.String("functions/prime"), nil),
		Function: &awslambda.FunctionOptions{MemorySize: jsii.Number(512)},
	})
	app.Synth(nil)
}
