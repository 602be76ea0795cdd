package connect

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// ApiStages gives partners a stage of their own.
func ApiStages(stack awscdk.Stack, fn dualarch.DualArchFunction) {
	awsapigatewayv2.NewHttpStage(stack, jsii.String("Partners"), &awsapigatewayv2.HttpStageProps{
		HttpApi: fn.Api(), StageName: jsii.String("partners"), AutoDeploy: jsii.Bool(true),
		Throttle: &awsapigatewayv2.ThrottleSettings{RateLimit: jsii.Number(10), BurstLimit: jsii.Number(20)},
	})
}
