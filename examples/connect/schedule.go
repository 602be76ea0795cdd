package connect

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsschedulertargets"
	"github.com/aws/jsii-runtime-go"
)

// Schedule calls the function every night at three.
func Schedule(stack awscdk.Stack, live awslambda.Alias) {
	awsscheduler.NewSchedule(stack, jsii.String("Nightly"), &awsscheduler.ScheduleProps{
		Schedule: awsscheduler.ScheduleExpression_Cron(&awsscheduler.CronOptionsWithTimezone{
			Minute: jsii.String("0"), Hour: jsii.String("3"), TimeZone: awscdk.TimeZone_EUROPE_BERLIN(),
		}),
		Target: awsschedulertargets.NewLambdaInvoke(live, nil),
	})
}
