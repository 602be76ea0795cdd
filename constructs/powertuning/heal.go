package powertuning

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/trust"
)

// newHealRule starts the Heal state machine when an execution did not, or may not have, run its own
// Restore. Healing an execution that restored everything itself finds nothing to do.
func newHealRule(scope constructs.Construct, tuning, healing machine) (awsevents.Rule, awssqs.Queue) {
	deadLetters := awssqs.NewQueue(scope, jsii.String("HealDeadLetterQueue"), &awssqs.QueueProps{
		Encryption:      awssqs.QueueEncryption_SQS_MANAGED,
		EnforceSSL:      jsii.Bool(true),
		RetentionPeriod: awscdk.Duration_Days(jsii.Number(14)),
	})
	rule := awsevents.NewRule(scope, jsii.String("HealRule"), &awsevents.RuleProps{
		Description:  jsii.String("Power Tuning: puts functions back after an execution that was killed"),
		EventPattern: endedOtherwise(tuning),
	})
	rule.AddTarget(awseventstargets.NewSfnStateMachine(healing.StateMachine, &awseventstargets.SfnStateMachineProps{
		DeadLetterQueue: deadLetters,
		// In the place of the role that the CDK would make, which trusts rules of every account.
		Role: awsiam.NewRole(healing.StateMachine, jsii.String("EventsRole"), &awsiam.RoleProps{AssumedBy: trust.Rules(scope)}),
	}))

	// A Heal execution that fails must leave a trace as well. Its event holds its input, and so the
	// execution to heal.
	awsevents.NewRule(scope, jsii.String("HealFailedRule"), &awsevents.RuleProps{
		Description:  jsii.String("Power Tuning: reports functions that could not be put back"),
		EventPattern: endedOtherwise(healing),
		Targets:      &[]awsevents.IRuleTarget{awseventstargets.NewSqsQueue(deadLetters, nil)},
	})
	return rule, deadLetters
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
