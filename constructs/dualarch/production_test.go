package dualarch_test

import (
	"maps"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskinesis"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdadestinations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// production is an app with a function in production and everything that leads to it.
type production struct {
	stack           awscdk.Stack
	queue, failed   awssqs.Queue
	table           awsdynamodb.Table
	stream          awskinesis.Stream
	options         *awslambda.FunctionOptions
	rule            awsevents.Rule
	caller, service awsiam.IGrantable
}

func newProduction(t *testing.T, context map[string]any) *production {
	t.Helper()
	p := &production{}
	all := map[string]any{"aws:cdk:disable-asset-staging": true}
	maps.Copy(all, context)
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &all})
	p.stack = awscdk.NewStack(app, jsii.String("Shop"), nil)
	p.queue = awssqs.NewQueue(p.stack, jsii.String("Queue"), nil)
	p.failed = awssqs.NewQueue(p.stack, jsii.String("Failed"), nil)
	p.table = awsdynamodb.NewTable(p.stack, jsii.String("Table"), &awsdynamodb.TableProps{
		PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("id"), Type: awsdynamodb.AttributeType_STRING},
		Stream:       awsdynamodb.StreamViewType_NEW_IMAGE,
	})
	p.stream = awskinesis.NewStream(p.stack, jsii.String("Stream"), nil)
	p.rule = awsevents.NewRule(p.stack, jsii.String("Nightly"), &awsevents.RuleProps{
		Schedule: awsevents.Schedule_Expression(jsii.String("rate(1 day)")),
	})
	p.caller = awsiam.NewUser(p.stack, jsii.String("Caller"), nil)
	p.service = awsiam.NewServicePrincipal(jsii.String("connect.amazonaws.com"), nil)
	p.options = &awslambda.FunctionOptions{
		FunctionName: jsii.String("orders"),
		Description:  jsii.String("Takes orders"),
		MemorySize:   jsii.Number(512),
		Vpc:          awsec2.NewVpc(p.stack, jsii.String("Vpc"), &awsec2.VpcProps{MaxAzs: jsii.Number(1), NatGateways: jsii.Number(0), SubnetConfiguration: &[]*awsec2.SubnetConfiguration{{Name: jsii.String("isolated"), SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED}}}),
		VpcSubnets:   &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED},
		Events: &[]awslambda.IEventSource{
			awslambdaeventsources.NewSqsEventSource(p.queue, nil),
			awslambdaeventsources.NewDynamoEventSource(p.table, &awslambdaeventsources.DynamoEventSourceProps{StartingPosition: awslambda.StartingPosition_TRIM_HORIZON}),
		},
		OnFailure:                    awslambdadestinations.NewSqsDestination(p.failed),
		RetryAttempts:                jsii.Number(1),
		DeadLetterQueue:              p.failed,
		ReservedConcurrentExecutions: jsii.Number(20),
		InitialPolicy: &[]awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions: jsii.Strings("ses:SendEmail"), Resources: jsii.Strings("arn:aws:ses:eu-central-1:123456789012:identity/shop"),
		})},
	}
	return p
}

// plain makes the function as it is in production.
func (p *production) plain(scope constructs.Construct, id string) awslambda.Function {
	props := &awslambda.FunctionProps{
		Code:         awslambda.Code_FromAsset(jsii.String("testdata/hello"), nil),
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Handler:      jsii.String("bootstrap"),
		FunctionName: p.options.FunctionName, Description: p.options.Description, MemorySize: p.options.MemorySize,
		Vpc: p.options.Vpc, VpcSubnets: p.options.VpcSubnets, Events: p.options.Events, OnFailure: p.options.OnFailure,
		RetryAttempts: p.options.RetryAttempts, DeadLetterQueue: p.options.DeadLetterQueue,
		ReservedConcurrentExecutions: p.options.ReservedConcurrentExecutions, InitialPolicy: p.options.InitialPolicy,
	}
	fn := awslambda.NewFunction(scope, jsii.String(id), props)
	fn.AddEventSource(awslambdaeventsources.NewKinesisEventSource(p.stream, &awslambdaeventsources.KinesisEventSourceProps{StartingPosition: awslambda.StartingPosition_LATEST}))
	fn.GrantInvoke(p.caller)
	fn.GrantInvoke(p.service)
	p.table.GrantReadData(fn)
	p.rule.AddTarget(awseventstargets.NewLambdaFunction(fn, nil))
	return fn
}

// converted makes the same as a DualArchFunction.
func (p *production) converted(serving *dualarch.ServingOptions) dualarch.DualArchFunction {
	fn := dualarch.NewDualArchFunction(p.stack, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
		Code: hello, Function: p.options, Primary: awslambda.Architecture_X86_64(), Serving: serving, Api: noApi, PowerTuning: noTuning,
	})
	fn.AddEventSource(awslambdaeventsources.NewKinesisEventSource(p.stream, &awslambdaeventsources.KinesisEventSourceProps{StartingPosition: awslambda.StartingPosition_LATEST}))
	fn.GrantInvoke(p.caller)
	fn.GrantInvoke(p.service)
	p.table.GrantReadData(fn)
	p.rule.AddTarget(awseventstargets.NewLambdaFunction(fn.Serving(), nil))
	return fn
}
