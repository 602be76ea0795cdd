package connect

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
)

// Rule sends events to the function.
func Rule(stack awscdk.Stack, live awslambda.Alias) {
	placed := awsevents.NewRule(stack, jsii.String("Placed"), &awsevents.RuleProps{
		EventPattern: &awsevents.EventPattern{Source: jsii.Strings("shop"), DetailType: jsii.Strings("order placed")},
	})
	placed.AddTarget(awseventstargets.NewLambdaFunction(live, nil))
}
