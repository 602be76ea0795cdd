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
	return made{fn, fn, fn.GrantInvoke}
}
