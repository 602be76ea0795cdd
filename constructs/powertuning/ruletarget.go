package powertuning

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawsevents"
	"github.com/aws/jsii-runtime-go"
)

// The rules' targets are what awseventstargets would make of them. Importing that package costs everybody who builds an
// app with us 44 more, among them those of ECS, RDS and OpenSearch.

// ruleTarget implements awsevents.IRuleTarget. Its config is not part of it: jsii tells objects apart by their address,
// which the first field of a struct has too, and would give the CDK the target in the place of its configuration.
type ruleTarget struct{ config *awsevents.RuleTargetConfig }

var _ awsevents.IRuleTarget = (*ruleTarget)(nil)

// Bind is called by the CDK when the target is added to a rule.
func (t *ruleTarget) Bind(interfacesawsevents.IRuleRef, *string) *awsevents.RuleTargetConfig {
	return t.config
}

// startMachine lets a rule start executions. Events with which none could be started go to deadLetters.
func startMachine(rule awsevents.Rule, m machine, role awsiam.IRole, input awsevents.RuleTargetInput, deadLetters awssqs.Queue) {
	m.GrantStartExecution(role)
	deadLetters.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("AllowEventRule" + *awscdk.Names_NodeUniqueId(rule.Node())),
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String(events), nil)},
		Actions:    jsii.Strings("sqs:SendMessage"),
		Resources:  &[]*string{deadLetters.QueueArn()},
		Conditions: fromRule(rule),
	}))
	rule.AddTarget(&ruleTarget{&awsevents.RuleTargetConfig{
		Arn: m.StateMachineArn(), Role: role, Input: input, TargetResource: m.StateMachine,
		DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: deadLetters.QueueArn()},
	}})
}

// sendToQueue lets a rule send messages to a queue.
func sendToQueue(rule awsevents.Rule, queue awssqs.Queue, message awsevents.RuleTargetInput) {
	conditions := fromRule(rule)
	if queue.EncryptionMasterKey() != nil {
		// The rule's ARN in the key's policy could be a cycle.
		conditions = nil
		if restricted := awscdk.FeatureFlags_Of(rule).IsEnabled(jsii.String(sameAccount)); *restricted {
			conditions = &map[string]any{"StringEquals": map[string]*string{"aws:SourceAccount": rule.Env().Account}}
		}
	}
	queue.GrantSendMessages(awsiam.NewServicePrincipal(jsii.String(events), &awsiam.ServicePrincipalOpts{Conditions: conditions}))
	rule.AddTarget(&ruleTarget{&awsevents.RuleTargetConfig{Arn: queue.QueueArn(), Input: message, TargetResource: queue}})
}

const (
	events = "events.amazonaws.com"
	// sameAccount is the CDK's feature flag that limits who may use an encrypted queue that is a target.
	sameAccount = "@aws-cdk/aws-events:eventsTargetQueueSameAccount"
)

func fromRule(rule awsevents.Rule) *map[string]any {
	return &map[string]any{"ArnEquals": map[string]*string{"aws:SourceArn": rule.RuleArn()}}
}
