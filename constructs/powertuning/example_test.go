package powertuning_test

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/powertuning"
	"github.com/dualarch/dualarch/tuning"
)

// A tuner for a function that is deployed elsewhere. The input of an execution names it:
// {"lambdaARN": "arn:aws:lambda:eu-central-1:123456789012:function:orders"}.
func Example() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Tools"), nil)
	tuner := powertuning.NewPowerTuning(stack, jsii.String("PowerTuning"), &powertuning.PowerTuningProps{
		FunctionArns: jsii.Strings("arn:aws:lambda:eu-central-1:123456789012:function:orders"),
	})

	template := assertions.Template_FromStack(tuner, nil)
	for _, kind := range []string{"AWS::Lambda::Function", "AWS::StepFunctions::StateMachine"} {
		fmt.Println(len(*template.FindResources(jsii.String(kind), nil)), kind)
	}
	// Output:
	// 7 AWS::Lambda::Function
	// 2 AWS::StepFunctions::StateMachine
}

// A tuner for two functions of the app, with its own defaults and a role that may start it.
func ExampleNewPowerTuning() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Shop"), nil)
	orders := awslambda.NewFunction(stack, jsii.String("Orders"), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_NODEJS_24_X(),
		Handler: jsii.String("index.handler"),
		Code:    awslambda.Code_FromInline(jsii.String("exports.handler = async () => 'ordered'")),
		Timeout: awscdk.Duration_Seconds(jsii.Number(30)),
	})
	tuner := powertuning.NewPowerTuning(stack, jsii.String("PowerTuning"), &powertuning.PowerTuningProps{
		Functions:   &[]*powertuning.TunedFunction{{Function: orders}},
		PowerValues: jsii.Numbers(512, 1024, 2048),
		Strategy:    tuning.Balanced,
		Payload:     map[string]any{"rawPath": "/orders"},
	})
	pipeline := awsiam.NewRole(stack, jsii.String("Pipeline"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("codebuild.amazonaws.com"), nil),
	})
	tuner.GrantStartExecution(pipeline)

	policies := assertions.Template_FromStack(stack, nil).FindResources(jsii.String("AWS::IAM::Policy"), &map[string]any{
		"Properties": map[string]any{"PolicyDocument": map[string]any{
			"Statement": []any{map[string]any{"Action": "states:StartExecution"}},
		}},
	})
	fmt.Println(len(*policies), "role may start the tuner")
	// Output: 1 role may start the tuner
}
