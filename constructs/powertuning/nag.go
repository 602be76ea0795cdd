package powertuning

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/internal/asl"
)

// Suppressions for cdk-nag's AwsSolutions pack, with reasons, in the form that NagSuppressions writes
// into a resource's metadata. Importing cdk-nag would make every user's synthesis load it.

// reason explains findings of one rule.
type reason struct {
	rule   string
	on     []string // regular expressions of cdk-nag's finding ids; empty: the rule has no finer ones
	reason string
}

var (
	tracing = reason{"AwsSolutions-IAM5", []string{`/^Resource::\*$/`},
		"X-Ray's actions name no resource; AWS allows them on * only."}
	versionsOfFunction = reason{"AwsSolutions-IAM5", []string{`/^Resource::.+:\*$/`},
		"F:* are the versions and aliases of the one function F, which the tuner publishes, invokes and deletes; " +
			"their numbers are not known before. A log group's ARN ends with :* likewise, for its streams."}
	accountSettings = reason{"AwsSolutions-IAM5", []string{`/^Resource::\*$/`},
		"X-Ray's actions and lambda:GetAccountSettings name no resource; AWS allows them on * only."}
	ownExecutions = reason{"AwsSolutions-IAM5", []string{`/^Resource::.+:\*$/`},
		"The executions of this one state machine; their names are not known before."}
	logDelivery = reason{"AwsSolutions-IAM5", []string{`/^Resource::\*$/`},
		"X-Ray's actions and those of log delivery name no resource; AWS allows them on * only."}
	interfaces = reason{"AwsSolutions-IAM5", []string{`/^Resource::\*$/`},
		"X-Ray's actions name no resource; and Lambda places a function in a VPC only where its role has the network interface actions on *."}
	payloads = reason{"AwsSolutions-IAM5", []string{`/^Resource::.+\/.*\*.*$/`},
		"PayloadKey is a pattern: the input names which of these objects is the payload."}
	lastQueue = reason{"AwsSolutions-SQS3", nil,
		"This is the dead-letter queue of an EventBridge rule."}
)

// explainToNag adds the reasons. It is called last, when every resource exists.
func explainToNag(p *powerTuning, props *PowerTuningProps) {
	for _, s := range steps {
		reasons := []reason{tracing}
		switch {
		case props.Vpc != nil:
			reasons = []reason{interfaces}
		case s.Step == asl.Plan:
			reasons = []reason{accountSettings}
		}
		if len(grants[s.Step]) > 0 {
			reasons = append(reasons, versionsOfFunction)
		}
		if s.Step == asl.Measure && props.PayloadBucket != nil {
			reasons = append(reasons, payloads)
		}
		explainPolicy(p.steps[s.Step].Role(), reasons...)
	}
	explainPolicy(p.machine.Role(), logDelivery)
	explainPolicy(p.heal.Role(), logDelivery)
	for _, id := range []string{"PlanExecutions", "HealExecutions"} {
		explain(p.Node().FindChild(jsii.String(id)).(awsiam.Policy).Node().DefaultChild().(awscdk.CfnResource), ownExecutions)
	}
	explain(p.deadLetters.Node().DefaultChild().(awscdk.CfnResource), lastQueue)
}

// explainPolicy explains what a role's own policy allows.
func explainPolicy(role awsiam.IRole, reasons ...reason) {
	policy := role.Node().FindChild(jsii.String("DefaultPolicy"))
	explain(policy.Node().DefaultChild().(awscdk.CfnResource), reasons...)
}

func explain(resource awscdk.CfnResource, reasons ...reason) {
	rules := []any{}
	for _, r := range reasons {
		rule := map[string]any{"id": r.rule, "reason": r.reason}
		var on []any
		for _, expression := range r.on {
			on = append(on, map[string]any{"regex": expression})
		}
		if on != nil {
			rule["applies_to"] = on
		}
		rules = append(rules, rule)
	}
	resource.AddMetadata(jsii.String("cdk_nag"), map[string]any{"rules_to_suppress": rules})
}
