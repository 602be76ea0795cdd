package powertuning

import (
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/nag"
	"github.com/dualarch/dualarch/internal/asl"
)

var lastQueue = nag.Reason{Rule: "AwsSolutions-SQS3", Why: "This is the dead-letter queue of an EventBridge rule."}

const versionsOfOne = "The versions and aliases of one function, which the tuner publishes, invokes and deletes; their numbers are not known before."

// nagSuppressions explains the stack's findings; it is nil if they are the owner's to judge.
type nagSuppressions struct{ *powerTuning }

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

// star explains what a step's role allows on everything.
func (n *nagSuppressions) star(s asl.Step) nag.Reason {
	star := "X-Ray's actions name no resource; AWS allows them on * only."
	switch {
	case n.settings.props.Vpc != nil:
		star = "X-Ray's actions name no resource; and Lambda places a function in a VPC only where its role has the network interface actions on *."
	case s == asl.Plan:
		star = "X-Ray's actions, lambda:GetAccountSettings and cloudwatch:GetMetricData name no resource; AWS allows them on * only."
	}
	return nag.Wildcard(star, "*")
}

// explainStep explains what a step's role allows in its own policy: some of it on functions.
func (n *nagSuppressions) explainStep(s asl.Step, rows []row) {
	if n == nil {
		return
	}
	reasons := append([]nag.Reason{n.star(s)}, n.functions(rows)...)
	if s == asl.Measure && n.settings.props.PayloadBucket != nil {
		reasons = append(reasons, nag.Wildcard("PayloadKey is a pattern: the input names which of these objects is the payload.",
			n.name(payloadsARN(n.settings.props))))
	}
	explainPolicy(n.steps[s].Role(), reasons...)
}

// explainFunctions explains a policy that is about functions only.
func (n *nagSuppressions) explainFunctions(policy constructs.IConstruct, rows []row) {
	if n == nil {
		return
	}
	if reasons := n.functions(rows); len(reasons) > 0 {
		nag.Explain(policy, reasons...)
	}
}

// functions explains the ARNs with a star.
func (n *nagSuppressions) functions(rows []row) []nag.Reason {
	var versions, logs []string
	for _, r := range rows {
		for _, a := range r.arns {
			if !strings.HasSuffix(*a.text, ":*") && (r.on != logsOf || !a.token) {
				continue
			}
			if a.name == "" {
				a.name = n.name(a.text)
			}
			switch {
			case r.on == qualified && !slices.Contains(versions, a.name):
				versions = append(versions, a.name)
			case r.on == logsOf && strings.Contains(a.name, "*"):
				logs = append(logs, a.name)
			}
		}
	}
	var reasons []nag.Reason
	if len(versions) > 0 {
		reasons = append(reasons, nag.Wildcard(versionsOfOne, versions...))
	}
	if len(logs) > 0 {
		reasons = append(reasons, nag.Wildcard("The log streams of one function; their names are not known before.", logs...))
	}
	return reasons
}

// name returns an ARN as cdk-nag's finding ids have it.
func (n *nagSuppressions) name(arn *string) string { return nag.Name(n, arn) }

// explainPolicy explains what a role's own policy allows.
func explainPolicy(role awsiam.IRole, reasons ...nag.Reason) {
	nag.Explain(role.Node().FindChild(jsii.String("DefaultPolicy")), reasons...)
}
