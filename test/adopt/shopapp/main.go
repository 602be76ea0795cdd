// Command shopapp is an app with a function in production and everything that leads to it. Of the function, build tags
// choose a form: plain.go is the one in production, naive.go a conversion without Serving, adopted.go calls the lines that
// dualarch adopt printed, which the test adds.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskinesis"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdadestinations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// shop is what the app has beside the function.
type shop struct {
	stack         awscdk.Stack
	queue, failed awssqs.Queue
	imported      awssqs.IQueue
	table         awsdynamodb.Table
	stream        awskinesis.Stream
	consumer      awskinesis.StreamConsumer
	// cluster and broker are ARNs.
	cluster, broker   *string
	secret, authority awssecretsmanager.ISecret
	kafkaClients      awsec2.ISecurityGroup
	topic             awssns.Topic
	vpc               awsec2.Vpc
	subnets           *awsec2.SubnetSelection
	onFailure         awslambda.IDestination
}

// made is the function of whatever form.
type made struct {
	// grantee is what is granted to, latest what the rule and the alarm are of.
	grantee awsiam.IGrantable
	latest  awslambda.IFunction
	invoke  func(awsiam.IGrantable) awsiam.Grant
}

const source = "functions/prime"

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	s := newShop(awscdk.NewStack(app, jsii.String("Shop"), nil))
	fn := s.orders(constructs.NewConstruct(s.stack, jsii.String("Api")))
	s.table.GrantReadData(fn.grantee)
	fn.invoke(awsiam.NewUser(s.stack, jsii.String("Caller"), nil))
	rule := awsevents.NewRule(s.stack, jsii.String("Nightly"), &awsevents.RuleProps{Schedule: awsevents.Schedule_Expression(jsii.String("rate(1 day)"))})
	rule.AddTarget(awseventstargets.NewLambdaFunction(fn.latest, nil))
	fn.latest.MetricErrors(nil).CreateAlarm(s.stack, jsii.String("Errors"), &awscloudwatch.CreateAlarmOptions{
		Threshold: jsii.Number(1), EvaluationPeriods: jsii.Number(1),
	})
	app.Synth(nil)
}

func newShop(stack awscdk.Stack) *shop {
	s := &shop{stack: stack}
	s.queue = awssqs.NewQueue(stack, jsii.String("Queue"), &awssqs.QueueProps{VisibilityTimeout: awscdk.Duration_Minutes(jsii.Number(5))})
	s.failed = awssqs.NewQueue(stack, jsii.String("Failed"), nil)
	s.imported = awssqs.Queue_FromQueueArn(stack, jsii.String("Returns"), awscdk.Fn_ImportValue(jsii.String("ReturnsArn")))
	s.onFailure = awslambdadestinations.NewSqsDestination(s.failed)
	s.topic = awssns.NewTopic(stack, jsii.String("Dead"), nil)
	s.table = awsdynamodb.NewTable(stack, jsii.String("Table"), &awsdynamodb.TableProps{
		PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("id"), Type: awsdynamodb.AttributeType_STRING},
		Stream:       awsdynamodb.StreamViewType_NEW_IMAGE,
	})
	s.stream = awskinesis.NewStream(stack, jsii.String("Stream"), nil)
	s.consumer = awskinesis.NewStreamConsumer(stack, jsii.String("Consumer"), &awskinesis.StreamConsumerProps{StreamConsumerName: jsii.String("orders"), Stream: s.stream})
	s.cluster = awscdk.NewCfnResource(stack, jsii.String("Kafka"), &awscdk.CfnResourceProps{Type: jsii.String("AWS::MSK::ServerlessCluster")}).Ref()
	s.broker = awscdk.Token_AsString(awscdk.NewCfnResource(stack, jsii.String("Broker"), &awscdk.CfnResourceProps{Type: jsii.String("AWS::AmazonMQ::Broker")}).GetAtt(jsii.String("Arn"), ""), nil)
	s.secret, s.authority = awssecretsmanager.NewSecret(stack, jsii.String("Secret"), nil), awssecretsmanager.NewSecret(stack, jsii.String("Authority"), nil)
	s.vpc = awsec2.NewVpc(stack, jsii.String("Vpc"), &awsec2.VpcProps{
		MaxAzs: jsii.Number(1), NatGateways: jsii.Number(0),
		SubnetConfiguration: &[]*awsec2.SubnetConfiguration{{Name: jsii.String("isolated"), SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED}},
	})
	s.subnets = &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED}
	s.kafkaClients = awsec2.NewSecurityGroup(stack, jsii.String("KafkaClients"), &awsec2.SecurityGroupProps{Vpc: s.vpc})
	return s
}
