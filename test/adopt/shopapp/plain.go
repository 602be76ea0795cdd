//go:build !naive && !adopted

package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// orders makes the function as it is in production, with most options that a function can have.
func (s *shop) orders(scope constructs.Construct) made {
	fn := awslambda.NewFunction(scope, jsii.String("Orders"), &awslambda.FunctionProps{
		Code:         awslambda.Code_FromAsset(jsii.String(source), nil),
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Handler:      jsii.String("bootstrap"),
		FunctionName: jsii.String("orders"), Description: jsii.String("Takes orders"),
		MemorySize: jsii.Number(512), Timeout: awscdk.Duration_Seconds(jsii.Number(30)), EphemeralStorageSize: awscdk.Size_Mebibytes(jsii.Number(1024)),
		Environment: &map[string]*string{"TABLE": s.table.TableName(), "STAGE": jsii.String("prod"), "QUEUE": s.queue.QueueUrl(), "REGION": s.stack.Region()},
		Vpc:         s.vpc, VpcSubnets: s.subnets,
		DeadLetterTopic: s.topic, OnFailure: s.onFailure, RetryAttempts: jsii.Number(1), MaxEventAge: awscdk.Duration_Hours(jsii.Number(2)),
		ReservedConcurrentExecutions: jsii.Number(20),
		Tracing:                      awslambda.Tracing_PASS_THROUGH,
		LoggingFormat:                awslambda.LoggingFormat_JSON, ApplicationLogLevelV2: awslambda.ApplicationLogLevel_WARN,
		RuntimeManagementMode: awslambda.RuntimeManagementMode_FUNCTION_UPDATE(),
		RecursiveLoop:         awslambda.RecursiveLoop_TERMINATE,
	})
	fn.AddEventSource(awslambdaeventsources.NewSqsEventSource(s.queue, &awslambdaeventsources.SqsEventSourceProps{
		BatchSize: jsii.Number(5), MaxConcurrency: jsii.Number(3), ReportBatchItemFailures: jsii.Bool(true),
		Filters: &[]*map[string]any{awslambda.FilterCriteria_Filter(&map[string]any{"body": map[string]any{"kind": []string{"order"}}})},
	}))
	fn.AddEventSource(awslambdaeventsources.NewDynamoEventSource(s.table, &awslambdaeventsources.DynamoEventSourceProps{
		StartingPosition: awslambda.StartingPosition_TRIM_HORIZON, BisectBatchOnError: jsii.Bool(true), RetryAttempts: jsii.Number(5),
		MaxRecordAge: awscdk.Duration_Hours(jsii.Number(1)), ParallelizationFactor: jsii.Number(2),
	}))
	fn.AddEventSource(awslambdaeventsources.NewKinesisEventSource(s.stream, &awslambdaeventsources.KinesisEventSourceProps{
		StartingPosition: awslambda.StartingPosition_LATEST, MaxBatchingWindow: awscdk.Duration_Seconds(jsii.Number(5)), TumblingWindow: awscdk.Duration_Seconds(jsii.Number(60)),
	}))
	fn.AddEventSource(awslambdaeventsources.NewKinesisConsumerEventSource(s.consumer, &awslambdaeventsources.KinesisEventSourceProps{StartingPosition: awslambda.StartingPosition_TRIM_HORIZON}))
	s.kafka(fn)
	mq := fn.AddEventSourceMapping(jsii.String("Mq"), &awslambda.EventSourceMappingOptions{
		EventSourceArn: s.broker, BatchSize: jsii.Number(10),
		SourceAccessConfigurations: &[]*awslambda.SourceAccessConfiguration{{Type: awslambda.SourceAccessConfigurationType_BASIC_AUTH(), Uri: s.secret.SecretArn()}},
	})
	mq.Node().DefaultChild().(awslambda.CfnEventSourceMapping).SetQueues(jsii.Strings("orders"))
	changes := fn.AddEventSourceMapping(jsii.String("Changes"), &awslambda.EventSourceMappingOptions{
		EventSourceArn: jsii.String("arn:aws:rds:eu-central-1:123456789012:cluster:orders"), StartingPosition: awslambda.StartingPosition_LATEST,
	})
	changes.Node().DefaultChild().(awslambda.CfnEventSourceMapping).SetDocumentDbEventSourceConfig(&awslambda.CfnEventSourceMapping_DocumentDBEventSourceConfigProperty{
		DatabaseName: jsii.String("shop"), CollectionName: jsii.String("orders"), FullDocument: jsii.String("UpdateLookup"),
	})
	fn.AddEventSourceMapping(jsii.String("Jobs"), &awslambda.EventSourceMappingOptions{
		EventSourceArn: s.stack.FormatArn(&awscdk.ArnComponents{Service: jsii.String("sqs"), Resource: jsii.String("jobs")}),
	})
	s.alias(scope, fn)
	return made{fn, fn, fn.GrantInvoke}
}

// alias gives the function an alias with an event source, a Function URL and asynchronous settings of its own.
func (s *shop) alias(scope constructs.Construct, fn awslambda.Function) {
	prod := awslambda.NewAlias(scope, jsii.String("Prod"), &awslambda.AliasProps{
		AliasName: jsii.String("prod"), Version: fn.CurrentVersion(), Description: jsii.String("What customers reach"),
		OnSuccess: s.onFailure, RetryAttempts: jsii.Number(0),
	})
	prod.AddEventSource(awslambdaeventsources.NewSqsEventSource(s.imported, nil))
	prod.AddFunctionUrl(&awslambda.FunctionUrlOptions{
		AuthType: awslambda.FunctionUrlAuthType_NONE, Cors: &awslambda.FunctionUrlCorsOptions{AllowedOrigins: jsii.Strings("https://example.com")},
	})
}

// kafka lets the function read topics: of Amazon MSK, by an ARN that is written down, and of a cluster of somebody's.
func (s *shop) kafka(fn awslambda.Function) {
	fn.AddEventSource(awslambdaeventsources.NewManagedKafkaEventSource(&awslambdaeventsources.ManagedKafkaEventSourceProps{
		ClusterArn: s.cluster, Topic: jsii.String("orders"), StartingPosition: awslambda.StartingPosition_AT_TIMESTAMP, StartingPositionTimestamp: jsii.Number(1764547200),
		ConsumerGroupId: jsii.String("shop"), OnFailure: awslambdaeventsources.NewKafkaDlq(jsii.String("failed")),
		ProvisionedPollerConfig: &awslambdaeventsources.ProvisionedPollerConfig{MinimumPollers: jsii.Number(1), MaximumPollers: jsii.Number(3)},
		MetricsConfig:           &awslambda.MetricsConfig{Metrics: &[]awslambda.MetricType{awslambda.MetricType_EVENT_COUNT, awslambda.MetricType_KAFKA_METRICS}},
		LogLevel:                awslambda.EventSourceMappingLogLevel_WARN,
	}))
	fn.AddEventSource(awslambdaeventsources.NewManagedKafkaEventSource(&awslambdaeventsources.ManagedKafkaEventSourceProps{
		ClusterArn: jsii.String("arn:aws:kafka:eu-central-1:123456789012:cluster/shop/2f5b8a0c"), Topic: jsii.String("refunds"), StartingPosition: awslambda.StartingPosition_LATEST,
		Secret: s.secret, BatchSize: jsii.Number(7),
	}))
	fn.AddEventSource(awslambdaeventsources.NewSelfManagedKafkaEventSource(&awslambdaeventsources.SelfManagedKafkaEventSourceProps{
		BootstrapServers: jsii.Strings("b-1.example.com:9096", "b-2.example.com:9096"), Topic: jsii.String("prices"), StartingPosition: awslambda.StartingPosition_TRIM_HORIZON,
		Secret: s.secret, AuthenticationMethod: awslambdaeventsources.AuthenticationMethod_BASIC_AUTH, RootCACertificate: s.authority,
		Vpc: s.vpc, VpcSubnets: s.subnets, SecurityGroup: s.kafkaClients,
	}))
}
