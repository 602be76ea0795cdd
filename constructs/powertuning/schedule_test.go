package powertuning

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"
)

// TestSchedules checks a schedule by default and one that says everything, and the role that both have.
func TestSchedules(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{
		TunerBinary: binary(), Results: &Results{}, AdviceAlarm: &AdviceAlarm{Topic: awssns.NewTopic(stack, jsii.String("Topic"), nil)},
	})
	require.Nil(t, p.ScheduleRole())
	require.Nil(t, p.ScheduleAlarm())
	prime, number := newSiblings(stack, "Prime"), newSiblings(stack, "Number")
	prime.schedule = &Schedule{}
	number.schedule = &Schedule{
		Expression: awsscheduler.ScheduleExpression_Cron(&awsscheduler.CronOptionsWithTimezone{
			Minute: jsii.String("30"), Hour: jsii.String("4"), WeekDay: jsii.String("MON"), TimeZone: awscdk.TimeZone_EUROPE_BERLIN(),
		}),
		TimeWindow: awsscheduler.TimeWindow_Off(),
		Input:      map[string]any{"strategy": "balanced", "maxCost": 0.5, "payload": map[string]any{"table": *stack.Partition()}},
		Enabled:    jsii.Bool(false),
	}
	p.AddTarget(prime)
	p.AddTarget(number)
	require.Len(t, *p.Schedules(), 2)
	nested := synthesize(t, p)

	schedule := func(id string) map[string]any {
		return plain(nested.properties(t, "AWS::Scheduler::Schedule", id)).(map[string]any)
	}
	target := map[string]any{
		"Arn": "<StateMachine>", "RoleArn": "<ScheduleRole.Arn>", "Input": `{"target":"Prime"}`,
		"DeadLetterConfig": map[string]any{"Arn": "<ScheduleDeadLetterQueue.Arn>"},
		"RetryPolicy":      map[string]any{"MaximumEventAgeInSeconds": 3600.0, "MaximumRetryAttempts": 185.0},
	}
	require.Equal(t, map[string]any{
		"Description": "Power Tuning: tunes Prime", "GroupName": "<ScheduleGroup>", "State": "ENABLED",
		"ScheduleExpression": "cron(0 3 ? * SUN *)", "FlexibleTimeWindow": map[string]any{"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 60.0},
		"Target": target,
	}, schedule("SchedulePrime"))
	other := schedule("ScheduleNumber")
	require.JSONEq(t, `{"target":"Number","strategy":"balanced","maxCost":0.5,"payload":{"table":"<AWS::Partition>"}}`, other["Target"].(map[string]any)["Input"].(string))
	require.Equal(t, "cron(30 4 ? * MON *)", other["ScheduleExpression"])
	require.Equal(t, "Europe/Berlin", other["ScheduleExpressionTimezone"])
	require.Equal(t, map[string]any{"Mode": "OFF"}, other["FlexibleTimeWindow"])
	require.Equal(t, "DISABLED", other["State"])

	role := plain(nested.properties(t, "AWS::IAM::Role", "ScheduleRole")).(map[string]any)
	require.Equal(t, []any{map[string]any{
		"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": "scheduler.amazonaws.com"},
		"Condition": map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": "<AWS::AccountId>"}, "ArnLike": map[string]any{"aws:SourceArn": "<ScheduleGroup.Arn>"},
		},
	}}, role["AssumeRolePolicyDocument"].(map[string]any)["Statement"])
	require.Equal(t, []any{
		map[string]any{"Effect": "Allow", "Action": "states:StartExecution", "Resource": "<StateMachine>"},
		map[string]any{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "<ScheduleDeadLetterQueue.Arn>"},
	}, plain(statements(nested.properties(t, "AWS::IAM::Policy", "ScheduleRoleDefaultPolicy"))))
	alarm := plain(nested.properties(t, "AWS::CloudWatch::Alarm", "ScheduleAlarm")).(map[string]any)
	require.Equal(t, []any{map[string]any{"Name": "QueueName", "Value": "<ScheduleDeadLetterQueue.QueueName>"}}, alarm["Dimensions"])
	require.Equal(t, []any{"<StackTopicRef>"}, alarm["AlarmActions"])
}

func TestScheduleWithAKey(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary(), EncryptionKey: awskms.NewKey(stack, jsii.String("Key"), nil)})
	prime := newSiblings(stack, "Prime")
	prime.schedule = &Schedule{Expression: awsscheduler.ScheduleExpression_Rate(awscdk.Duration_Days(jsii.Number(7)))}
	p.AddTarget(prime)
	nested := synthesize(t, p)
	schedule := plain(nested.properties(t, "AWS::Scheduler::Schedule", "SchedulePrime")).(map[string]any)
	require.Equal(t, "rate(7 days)", schedule["ScheduleExpression"])
	require.Equal(t, "<StackKeyArn>", schedule["KmsKeyArn"])
	require.Contains(t, plain(statements(nested.properties(t, "AWS::IAM::Policy", "ScheduleRoleDefaultPolicy"))),
		map[string]any{"Effect": "Allow", "Action": []any{"kms:Decrypt", "kms:GenerateDataKey"}, "Resource": "<StackKeyArn>"})
}

// What an execution would refuse on Sunday night is refused at synthesis.
func TestWrongSchedules(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary(), MaxCost: jsii.Number(1)})
	prime := newSiblings(stack, "Prime")
	for name, test := range map[string]struct {
		schedule Schedule
		want     string
	}{
		"no object":       {Schedule{Input: "weekly"}, "Schedule.Input: it is not a JSON object (json: cannot unmarshal string into Go value of type map[string]interface {}); give a map or a struct that encoding/json writes as one"},
		"null":            {Schedule{Input: json.RawMessage("null")}, "Schedule.Input: it is not a JSON object (it is null); give a map or a struct that encoding/json writes as one"},
		"another target":  {Schedule{Input: map[string]any{"target": "Number"}}, `Schedule.Input: the input cannot be used: $.target: given "Number"; allowed: "Prime"`},
		"a wrong field":   {Schedule{Input: map[string]any{"num": 1}}, "Schedule.Input: the input cannot be used: $.num: given 1; allowed: a whole number from 5 to 10000"},
		"above a ceiling": {Schedule{Input: map[string]any{"maxCost": 5}}, "Schedule.Input: the input cannot be used: $.maxCost: given 5; allowed: at most 1 USD: the PowerTuning's property MaxCost"},
	} {
		prime.schedule = &test.schedule
		require.Equal(t, `PowerTuning "Stack/Tuning" cannot have the target "Prime":`+"\n  - "+test.want, refusal(t, func() { p.AddTarget(prime) }), name)
	}
	require.Empty(t, *p.Schedules())
}
