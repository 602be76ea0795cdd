package powertuning

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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
	on     []string // cdk-nag's finding ids; empty: the rule has no finer ones
	reason string
}

// wildcard explains resources with a star in a policy, each by itself.
func wildcard(why string, resources ...string) reason {
	on := make([]string, len(resources))
	for i, resource := range resources {
		on[i] = "Resource::" + resource
	}
	return reason{"AwsSolutions-IAM5", on, why}
}

var lastQueue = reason{"AwsSolutions-SQS3", nil, "This is the dead-letter queue of an EventBridge rule."}

// nagSuppressions explains the stack's findings.
type nagSuppressions struct {
	*powerTuning
	props *PowerTuningProps

	// The ARNs with a star, of all functions that the tuner may reach.
	versions, logs []string
}

// suppressed reports whether the stack carries suppressions.
func (props *PowerTuningProps) suppressed() bool {
	return props.CdkNagSuppressions == nil || *props.CdkNagSuppressions
}

// explain explains what does not depend on the tuned functions. It is called when every resource exists.
func (n *nagSuppressions) explain() {
	const logDelivery = "X-Ray's actions and those of log delivery name no resource; AWS allows them on * only."
	explainPolicy(n.machine.Role(), wildcard(logDelivery, "*"))
	explainPolicy(n.heal.Role(), wildcard(logDelivery, "*"))
	executions := wildcard("The executions of this one state machine; their names are not known before.", n.name(n.executionsARN()))
	for _, id := range []string{"PlanExecutions", "HealExecutions"} {
		explain(n.Node().FindChild(jsii.String(id)).(awsiam.Policy).Node().DefaultChild().(awscdk.CfnResource), executions)
	}
	explain(n.healing.deadLetters.Node().DefaultChild().(awscdk.CfnResource), lastQueue)
}

// explainSteps explains what the steps may do, and to which functions. It is called again with each further target.
func (n *nagSuppressions) explainSteps() {
	for _, s := range steps {
		explainPolicy(n.steps[s.Step].Role(), n.step(s.Step)...)
	}
}

// step explains what a step's role allows.
func (n *nagSuppressions) step(s asl.Step) []reason {
	star := "X-Ray's actions name no resource; AWS allows them on * only."
	switch {
	case n.props.Vpc != nil:
		star = "X-Ray's actions name no resource; and Lambda places a function in a VPC only where its role has the network interface actions on *."
	case s == asl.Plan:
		star = "X-Ray's actions, lambda:GetAccountSettings and cloudwatch:GetMetricData name no resource; AWS allows them on * only."
	}
	reasons := []reason{wildcard(star, "*")}
	has := func(on scope) bool {
		return slices.ContainsFunc(grants[s], func(g grant) bool { return g.on == on })
	}
	if has(qualified) && len(n.versions) > 0 {
		reasons = append(reasons, wildcard("The versions and aliases of one function, which the tuner publishes, invokes and deletes; "+
			"their numbers are not known before.", n.versions...))
	}
	if has(logsOf) && len(n.logs) > 0 {
		reasons = append(reasons, wildcard("The log streams of one function; their names are not known before.", n.logs...))
	}
	if s == asl.Measure && n.props.PayloadBucket != nil {
		reasons = append(reasons, wildcard("PayloadKey is a pattern: the input names which of these objects is the payload.",
			n.name(payloadsARN(n.props))))
	}
	return reasons
}

// reach notes the ARNs of one more function.
func (n *nagSuppressions) reach(resources map[scope][]*string) {
	n.versions = append(n.versions, n.name(resources[qualified][0]))
	if logs := n.name(resources[logsOf][0]); strings.Contains(logs, "*") {
		n.logs = append(n.logs, logs)
	}
}

// name returns an ARN as cdk-nag's finding ids have it: <id> for a Ref, <id.attribute> for an Fn::GetAtt.
func (n *nagSuppressions) name(arn *string) string { return flatten(n.Resolve(arn)) }

func flatten(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case map[string]any:
		if ref, ok := v["Ref"]; ok {
			return "<" + flatten(ref) + ">"
		}
		if attribute, ok := v["Fn::GetAtt"].([]any); ok {
			return "<" + flatten(attribute[0]) + "." + flatten(attribute[1]) + ">"
		}
		if join, ok := v["Fn::Join"].([]any); ok {
			var parts []string
			for _, part := range join[1].([]any) {
				parts = append(parts, flatten(part))
			}
			return strings.Join(parts, flatten(join[0]))
		}
		if imported, ok := v["Fn::ImportValue"]; ok {
			return flatten(imported)
		}
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Errorf("a resolved value has no JSON form: %w", err))
	}
	return string(text)
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
		if r.on != nil {
			rule["applies_to"] = r.on
		}
		rules = append(rules, rule)
	}
	resource.AddMetadata(jsii.String("cdk_nag"), map[string]any{"rules_to_suppress": rules})
}
