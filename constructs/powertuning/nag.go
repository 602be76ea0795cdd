package powertuning

import (
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/nag"
	"github.com/dualarch/dualarch/internal/asl"
)

var lastQueue = nag.Reason{Rule: "AwsSolutions-SQS3", Why: "This is the dead-letter queue of an EventBridge rule."}

const versionsOfOne = "The versions and aliases of one function, which the tuner publishes, invokes and deletes; their numbers are not known before."

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
	explainPolicy(n.machine.Role(), nag.Wildcard(logDelivery, "*"))
	explainPolicy(n.heal.Role(), nag.Wildcard(logDelivery, "*"))
	const ofOne = "The executions of this one state machine; their names are not known before."
	executions := n.name(n.executionsARN(n.machine))
	for _, id := range []string{"PlanExecutions", "HealExecutions"} {
		nag.Explain(n.Node().FindChild(jsii.String(id)), nag.Wildcard(ofOne, executions))
	}
	if stops := n.Node().TryFindChild(jsii.String("HealStops")); stops != nil {
		nag.Explain(stops, nag.Wildcard(ofOne, executions, n.name(n.executionsARN(n.heal))))
	}
	nag.Explain(n.healing.deadLetters, lastQueue)
}

// explainSteps explains what the steps may do, and to which functions. It is called again with each further target.
func (n *nagSuppressions) explainSteps() {
	for _, s := range steps {
		explainPolicy(n.steps[s.Step].Role(), n.step(s.Step)...)
	}
}

// star explains what a step's role allows on everything.
func (n *nagSuppressions) star(s asl.Step) nag.Reason {
	star := "X-Ray's actions name no resource; AWS allows them on * only."
	switch {
	case n.props.Vpc != nil:
		star = "X-Ray's actions name no resource; and Lambda places a function in a VPC only where its role has the network interface actions on *."
	case s == asl.Plan:
		star = "X-Ray's actions, lambda:GetAccountSettings and cloudwatch:GetMetricData name no resource; AWS allows them on * only."
	}
	return nag.Wildcard(star, "*")
}

// step explains what a step's role allows.
func (n *nagSuppressions) step(s asl.Step) []nag.Reason {
	reasons := []nag.Reason{n.star(s)}
	has := func(on scope) bool {
		return slices.ContainsFunc(grants[s], func(g grant) bool { return g.on == on })
	}
	if s != asl.Heal && has(qualified) && len(n.versions) > 0 { // Heal's are in policies of their own
		reasons = append(reasons, nag.Wildcard(versionsOfOne, n.versions...))
	}
	if has(logsOf) && len(n.logs) > 0 {
		reasons = append(reasons, nag.Wildcard("The log streams of one function; their names are not known before.", n.logs...))
	}
	if s == asl.Measure && n.props.PayloadBucket != nil {
		reasons = append(reasons, nag.Wildcard("PayloadKey is a pattern: the input names which of these objects is the payload.",
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

// name returns an ARN as cdk-nag's finding ids have it.
func (n *nagSuppressions) name(arn *string) string { return nag.Name(n, arn) }

// explainPolicy explains what a role's own policy allows.
func explainPolicy(role awsiam.IRole, reasons ...nag.Reason) {
	nag.Explain(role.Node().FindChild(jsii.String("DefaultPolicy")), reasons...)
}
