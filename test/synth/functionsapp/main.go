// Command functionsapp is a CDK app with 50 functions on one asset and a layer, with a Guard where it is
// called with the argument "guard".
package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	if slices.Contains(os.Args[1:], "guard") {
		awscdk.Aspects_Of(app).Add(dualarch.NewGuard(nil), nil)
	}
	stack := awscdk.NewStack(app, jsii.String("Functions"), nil)
	code := awslambda.Code_FromAsset(jsii.String("examples/prime-python"), nil)
	layer := awslambda.NewLayerVersion(stack, jsii.String("Layer"), &awslambda.LayerVersionProps{Code: code})
	for i := range 50 {
		awslambda.NewFunction(stack, jsii.String(fmt.Sprintf("Function%d", i)), &awslambda.FunctionProps{
			Runtime: awslambda.Runtime_PYTHON_3_14(), Handler: jsii.String("app.handler"), Code: code,
			Layers: &[]awslambda.ILayerVersion{layer},
		})
	}
	app.Synth(nil)
}
