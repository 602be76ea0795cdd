package dualarch_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/constructs/powertuning"
)

// The stack of the examples.
var stack awscdk.Stack

// One source, two architectures, a verdict: the state machine takes {} as input.
// README.md shows it.
func ExampleNewDualArchFunction() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Shop"), nil)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
		Code:        dualarch.GoCode(jsii.String("functions/orders"), nil),
		Function:    &awslambda.FunctionOptions{MemorySize: jsii.Number(512)}, // both siblings
		Primary:     awslambda.Architecture_X86_64(),                          // ARM_64 once the verdict says so
		PowerTuning: &dualarch.PowerTuningOptions{Payload: map[string]any{"rawPath": "/orders"}},
	})
	table := awsdynamodb.NewTable(stack, jsii.String("Table"), &awsdynamodb.TableProps{
		PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("id"), Type: awsdynamodb.AttributeType_STRING},
	})
	table.GrantReadData(fn)
	fn.AddEnvironment(jsii.String("TABLE"), table.TableName(), nil)
	app.Synth(nil)
}

// What differs between the siblings beside their architecture is said for one of
// them.
func ExampleNewDualArchFunction_overrides() {
	dualarch.NewDualArchFunction(stack, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
		Code:     dualarch.GoCode(jsii.String("functions/orders"), nil),
		Function: &awslambda.FunctionOptions{MemorySize: jsii.Number(512)},
		X86:      &dualarch.SiblingOptions{ProvisionedConcurrentExecutions: jsii.Number(5)},
		Arm64:    &dualarch.SiblingOptions{MemorySize: jsii.Number(1024)},
	})
}

// Several functions behind one API and with one tuning stack. The input of an
// execution chooses the function: {"target": "Orders"}.
func ExampleNewApi() {
	api := dualarch.NewApi(stack, jsii.String("Api"), &dualarch.ApiProps{
		Throttle:           &awsapigatewayv2.ThrottleSettings{RateLimit: jsii.Number(500), BurstLimit: jsii.Number(1000)},
		AccessLogRetention: awslogs.RetentionDays_ONE_YEAR,
	})
	tuning := powertuning.NewPowerTuning(stack, jsii.String("PowerTuning"), nil)

	// All code before the first function: one go command compiles it together.
	code := map[string]dualarch.Code{
		"Orders": dualarch.GoCode(jsii.String("functions/orders"), nil),
		"Offers": dualarch.GoCode(jsii.String("functions/offers"), nil),
	}
	caller := awsiam.NewUser(stack, jsii.String("Caller"), nil)
	for name, path := range map[string]string{"Orders": "/orders", "Offers": "/offers"} {
		fn := dualarch.NewDualArchFunction(stack, jsii.String(name), &dualarch.DualArchFunctionProps{
			Code:        code[name],
			Api:         &dualarch.ApiOptions{HttpApi: api.HttpApi(), Path: jsii.String(path)},
			PowerTuning: &dualarch.PowerTuningOptions{Shared: tuning},
		})
		fn.GrantInvokeApi(caller)
	}
}

// An API that is open to everyone is an explicit choice.
func ExampleApiOptions() {
	dualarch.NewDualArchFunction(stack, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
		Code: dualarch.GoCode(jsii.String("functions/orders"), nil),
		Api: &dualarch.ApiOptions{
			Path:       jsii.String("/orders"),
			SubPaths:   jsii.Strings("/", "/{id}"),
			Methods:    &[]awsapigatewayv2.HttpMethod{awsapigatewayv2.HttpMethod_GET},
			Authorizer: awsapigatewayv2.NewHttpNoneAuthorizer(),
		},
	})
}

// Code for the processors that Lambda has, with a version in the binary.
func ExampleGoCode() {
	dualarch.GoCode(jsii.String("functions/orders"), &dualarch.GoCodeOptions{
		Ldflags: jsii.Strings("-X", "main.version=1.2.3"),
		GOAMD64: jsii.String("v3"),   // AVX2
		GOARM64: jsii.String("v8.2"), // Graviton2
	})
}
