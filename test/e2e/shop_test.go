package e2e

import (
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/test/emulator"
)

const (
	shopName   = "Shop"
	ordersName = "orders"
	// managedPolicy is one of AWS's that the function's role has beside the one that CDK gives it.
	managedPolicy = "AmazonSSMReadOnlyAccess"
)

var (
	ordersSource = filepath.Join("testdata", "orders")
	primeSource  = filepath.Join("..", "..", "functions", "prime")
)

// stage is one deployment of an app on the way to another architecture.
type stage struct {
	name string
	// orders makes the function in the stack.
	orders func(stack awscdk.Stack) orders
	// aliased: there is an alias.
	aliased bool
	// architecture is what answers, by the name that Go has for it.
	architecture string
}

// orders is the function, whatever makes it.
type orders struct {
	function       awslambda.Function
	live           awslambda.IFunction // what routes and rules lead to
	addEventSource func(source awslambda.IEventSource)
}

var goArchitectures = map[string]string{"x86_64": "amd64", "arm64": "arm64"}

// otherArchitecture is the one that this machine emulates.
func otherArchitecture() string {
	return map[string]string{"x86_64": "arm64", "arm64": "x86_64"}[emulator.HostArchitecture()]
}

// servingStages are the deployments; the function in production is one of this machine's architecture.
func servingStages(t *testing.T) []stage {
	t.Helper()
	today, other := emulator.HostArchitecture(), otherArchitecture()
	converted := func(primary string, only bool) func(awscdk.Stack) orders {
		return func(stack awscdk.Stack) orders {
			fn := dualarch.NewDualArchFunction(stack, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
				Code:     dualarch.GoCode(jsii.String(ordersSource), nil),
				Function: ordersOptions(),
				Primary:  awslambda.Architecture_Custom(jsii.String(primary), nil),
				// The emulator knows no CodeDeploy.
				Serving:     &dualarch.ServingOptions{Only: jsii.Bool(only), Deployment: &dualarch.DeploymentOptions{AllAtOnce: jsii.Bool(true)}},
				Api:         &dualarch.ApiOptions{Disabled: jsii.Bool(true)}, // it has a route from before
				PowerTuning: &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true)},
			})
			return orders{fn.Serving(), fn.LiveServing(), fn.AddEventSource}
		}
	}
	return []stage{
		{"in production", func(stack awscdk.Stack) orders {
			fn := plainFunction(t, stack, "Orders", ordersSource, ordersOptions())
			return orders{fn, fn, func(source awslambda.IEventSource) { fn.AddEventSource(source) }}
		}, false, goArchitectures[today]},
		{"adopted", converted(today, false), true, goArchitectures[today]},
		{"moved", converted(other, false), true, goArchitectures[other]},
		{"alone", converted(other, true), true, goArchitectures[other]},
	}
}

func ordersOptions() *awslambda.FunctionOptions {
	return &awslambda.FunctionOptions{
		FunctionName: jsii.String(ordersName), MemorySize: jsii.Number(256), Timeout: awscdk.Duration_Seconds(jsii.Number(30)),
		ReservedConcurrentExecutions: jsii.Number(5),
	}
}

// synthesizeShop writes the cloud assembly of a stage and returns its folder.
func synthesizeShop(t *testing.T, s stage) string {
	t.Helper()
	dir := t.TempDir()
	flags := flagsOfDemo(t)
	(*flags)["@aws-cdk/aws-lambda:useCdkManagedLogGroup"] = false // Lambda makes the log group, as it did for older apps
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(dir), Context: flags})
	stack := awscdk.NewStack(app, jsii.String(shopName), nil)
	o := s.orders(stack)
	o.function.Role().AddManagedPolicy(awsiam.ManagedPolicy_FromAwsManagedPolicyName(jsii.String(managedPolicy)))

	queue := awssqs.NewQueue(stack, jsii.String("Queue"), &awssqs.QueueProps{VisibilityTimeout: awscdk.Duration_Minutes(jsii.Number(3))})
	o.addEventSource(awslambdaeventsources.NewSqsEventSource(queue, nil))
	table := awsdynamodb.NewTable(stack, jsii.String("Table"), &awsdynamodb.TableProps{
		PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("id"), Type: awsdynamodb.AttributeType_STRING},
		Stream:       awsdynamodb.StreamViewType_NEW_IMAGE,
	})
	// A mapping that is replaced would read the stream again from its beginning.
	o.addEventSource(awslambdaeventsources.NewDynamoEventSource(table, &awslambdaeventsources.DynamoEventSourceProps{
		StartingPosition: awslambda.StartingPosition_TRIM_HORIZON,
	}))
	rule := awsevents.NewRule(stack, jsii.String("Placed"), &awsevents.RuleProps{EventPattern: &awsevents.EventPattern{Source: jsii.Strings("shop")}})
	rule.AddTarget(awseventstargets.NewLambdaFunction(o.live, nil))
	api := awsapigatewayv2.NewHttpApi(stack, jsii.String("Api"), nil)
	api.AddRoutes(&awsapigatewayv2.AddRoutesOptions{
		Path: jsii.String("/orders"), Methods: &[]awsapigatewayv2.HttpMethod{awsapigatewayv2.HttpMethod_GET},
		Integration: awsapigatewayv2integrations.NewHttpLambdaIntegration(jsii.String("Orders"), o.live, nil),
	})
	alarm := o.function.MetricErrors(nil).CreateAlarm(stack, jsii.String("Errors"), &awscloudwatch.CreateAlarmOptions{
		Threshold: jsii.Number(1), EvaluationPeriods: jsii.Number(1),
	})
	for name, value := range map[string]*string{
		"ApiUrl": api.Url(), "QueueUrl": queue.QueueUrl(), "QueueArn": queue.QueueArn(),
		"TableName": table.TableName(), "StreamArn": table.TableStreamArn(), "AlarmName": alarm.AlarmName(),
	} {
		awscdk.NewCfnOutput(stack, jsii.String(name), &awscdk.CfnOutputProps{Value: value})
	}
	app.Synth(nil)
	return dir
}
