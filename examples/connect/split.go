package connect

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// SplitQueue has both siblings read one queue.
func SplitQueue(stack awscdk.Stack, fn dualarch.DualArchFunction) {
	queue := awssqs.NewQueue(stack, jsii.String("Queue"), &awssqs.QueueProps{
		VisibilityTimeout: awscdk.Duration_Minutes(jsii.Number(3)),
	})
	atMost := func(batches float64) awslambda.IEventSource {
		return awslambdaeventsources.NewSqsEventSource(queue, &awslambdaeventsources.SqsEventSourceProps{
			MaxConcurrency: &batches, // 2 to 1000
		})
	}
	fn.Live(awslambda.Architecture_X86_64()).AddEventSource(atMost(18))
	fn.Live(awslambda.Architecture_ARM_64()).AddEventSource(atMost(2))
}
