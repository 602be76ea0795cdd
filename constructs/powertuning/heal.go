package powertuning

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/trust"
)

// healing is what starts the Heal state machine, and what says that it could not put everything back.
type healing struct {
	rule, sweep awsevents.Rule
	deadLetters awssqs.Queue
	alarm       awscloudwatch.Alarm
}

// newHealing starts the Heal state machine when an execution did not, or may not have, run its own Restore, and once
// a day, because the event may be lost. If there is nothing to heal it does nothing.
func newHealing(scope constructs.Construct, tuning, heal machine, props *PowerTuningProps) healing {
	deadLetters := newDeadLetters(scope, "HealDeadLetterQueue", props)
	// In the place of the role that the CDK would make, which trusts rules of every account.
	role := awsiam.NewRole(heal.StateMachine, jsii.String("EventsRole"), &awsiam.RoleProps{AssumedBy: trust.Rules(scope)})
	rule := awsevents.NewRule(scope, jsii.String("HealRule"), &awsevents.RuleProps{
		Description:  jsii.String("Power Tuning: puts functions back after an execution that was killed"),
		EventPattern: endedOtherwise(tuning),
	})
	startMachine(rule, heal, role, whichExecution(), deadLetters)
	sweep := awsevents.NewRule(scope, jsii.String("HealDailyRule"), &awsevents.RuleProps{
		Description: jsii.String("Power Tuning: puts functions back that an execution has left, if no event said so"),
		Schedule:    awsevents.Schedule_Rate(awscdk.Duration_Days(jsii.Number(1))),
	})
	startMachine(sweep, heal, role, awsevents.RuleTargetInput_FromObject(map[string]any{}), deadLetters)

	// A Heal execution that fails must leave a trace as well.
	failed := awsevents.NewRule(scope, jsii.String("HealFailedRule"), &awsevents.RuleProps{
		Description:  jsii.String("Power Tuning: reports functions that could not be put back"),
		EventPattern: endedOtherwise(heal),
	})
	sendToQueue(failed, deadLetters, whichExecution())
	return healing{rule, sweep, deadLetters, newHealAlarm(scope, deadLetters, props)}
}

// endedOtherwise matches executions of a state machine that ended without success.
func endedOtherwise(m machine) *awsevents.EventPattern {
	return &awsevents.EventPattern{
		Source:     jsii.Strings("aws.states"),
		DetailType: jsii.Strings("Step Functions Execution Status Change"),
		Detail: &map[string]any{
			"status":          []string{"ABORTED", "FAILED", "TIMED_OUT"},
			"stateMachineArn": []*string{m.StateMachineArn()},
		},
	}
}

// whichExecution passes an execution's ARN and status on and nothing else: an event holds its input and output too.
func whichExecution() awsevents.RuleTargetInput {
	return awsevents.RuleTargetInput_FromObject(map[string]any{"detail": map[string]any{
		"executionArn": awsevents.EventField_FromPath(jsii.String("$.detail.executionArn")),
		"status":       awsevents.EventField_FromPath(jsii.String("$.detail.status")),
	}})
}

func newDeadLetters(scope constructs.Construct, id string, props *PowerTuningProps) awssqs.Queue {
	encryption := awssqs.QueueEncryption_SQS_MANAGED
	if props.EncryptionKey != nil {
		encryption = awssqs.QueueEncryption_KMS
	}
	return awssqs.NewQueue(scope, jsii.String(id), &awssqs.QueueProps{
		Encryption:          encryption,
		EncryptionMasterKey: props.EncryptionKey,
		EnforceSSL:          jsii.Bool(true),
		RetentionPeriod:     awscdk.Duration_Days(jsii.Number(14)),
	})
}

func newHealAlarm(scope constructs.Construct, deadLetters awssqs.Queue, props *PowerTuningProps) awscloudwatch.Alarm {
	alarm := newQueueAlarm(scope, "HealAlarm", deadLetters,
		"Power Tuning: a function could not be put back; the messages in HealDeadLetterQueue say which execution left it")
	if props.HealAlarmAction != nil {
		alarm.AddAlarmAction(props.HealAlarmAction)
	}
	return alarm
}

// newQueueAlarm is in alarm while there is a message in the queue.
func newQueueAlarm(scope constructs.Construct, id string, queue awssqs.Queue, description string) awscloudwatch.Alarm {
	return alarmFromOne(scope, id, queue.MetricApproximateNumberOfMessagesVisible(&awscloudwatch.MetricOptions{
		Period: awscdk.Duration_Minutes(jsii.Number(5)), Statistic: jsii.String("Maximum"),
	}), description)
}

// alarmFromOne is in alarm while a metric is 1 or more.
func alarmFromOne(scope constructs.Construct, id string, metric awscloudwatch.Metric, description string) awscloudwatch.Alarm {
	return metric.CreateAlarm(scope, jsii.String(id), &awscloudwatch.CreateAlarmOptions{
		AlarmDescription:   jsii.String(description),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
		Threshold:          jsii.Number(1),
		EvaluationPeriods:  jsii.Number(1),
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
}
