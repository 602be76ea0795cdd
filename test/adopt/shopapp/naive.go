//go:build naive

package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// orders is a conversion as one would write it who knows nothing of Serving.
func (s *shop) orders(scope constructs.Construct) made {
	fn := dualarch.NewDualArchFunction(scope, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
		Code:        dualarch.GoCode(jsii.String(source), nil),
		Function:    &awslambda.FunctionOptions{FunctionName: jsii.String("orders"), MemorySize: jsii.Number(512), Vpc: s.vpc, VpcSubnets: s.subnets},
		Api:         &dualarch.ApiOptions{Disabled: jsii.Bool(true)},
		PowerTuning: &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true)},
	})
	fn.AddEventSource(awslambdaeventsources.NewSqsEventSource(s.queue, nil))
	fn.AddEventSource(awslambdaeventsources.NewDynamoEventSource(s.table, &awslambdaeventsources.DynamoEventSourceProps{StartingPosition: awslambda.StartingPosition_TRIM_HORIZON}))
	fn.AddEventSource(awslambdaeventsources.NewKinesisEventSource(s.stream, &awslambdaeventsources.KinesisEventSourceProps{StartingPosition: awslambda.StartingPosition_LATEST}))
	return made{fn, fn.Live(fn.Primary()), fn.GrantInvoke}
}
