package powertuning

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/tuner/input"
)

// AWS's limits on what a tuning stack holds for its functions, and what is left of them to everything else, such as
// permissions that its owner adds. Sources, read on 2026-11-27: "CloudFormation quotas" and "IAM and AWS STS quotas".
const (
	// maxParameters of a template: each name and ARN that comes from the parent stack is one.
	maxParameters, otherParameters = 200, 20
	// maxTemplateBytes of a template.
	maxTemplateBytes, otherTemplateBytes = 1_000_000, 150_000
	// maxRolePolicies that are attached to a role, managed ones.
	maxRolePolicies, otherRolePolicies = 10, 1
	// maxManagedPolicyBytes of a managed policy, without white space.
	maxManagedPolicyBytes = 6_144
	// maxInlineBytes of all inline policies of a role. CDK moves what is beyond 10,000 by its own estimate into managed
	// policies of its own.
	maxInlineBytes, otherInlineBytes = 10_240, 2_240
)

// maxPayloadBytes is the size of all default payloads together: they travel to every step that reads
// the input, together with the state, and Step Functions passes at most 256 KB.
const maxPayloadBytes = 60_000

// problems returns which limits the stack would pass.
func (r reach) problems() problems {
	var found problems
	const remedy = "make another PowerTuning for some of them"
	if n := r.parameters + len(r.references()); n > maxParameters-otherParameters {
		found.Add("Functions", "the tuning stack would have %d parameters, one for each name and ARN that it gets from its parent; "+
			"CloudFormation takes %d of a template, and %d are left to other things; %s", n, maxParameters, otherParameters, remedy)
	}
	for _, s := range steps {
		if n := len(pages(r.rows(s.Step))) - 1; n > maxRolePolicies-otherRolePolicies {
			found.Add("Functions", "the role of %s would need %d managed policies for all ARNs; IAM attaches %d to a role, and %d is left to other things; %s",
				s.id, n, maxRolePolicies, otherRolePolicies, remedy)
		}
	}
	payloads, template := r.payloadBytes, 0
	for _, t := range r.targets {
		payloads += len(t.Payload)
		template += t.templateBytes
	}
	for _, f := range r.tuned() {
		template += f.templateBytes
	}
	if payloads > maxPayloadBytes {
		found.Add("Payload", "all default payloads of this PowerTuning together have %d bytes of JSON; give at most %d bytes", payloads, maxPayloadBytes)
	}
	if template > maxTemplateBytes-otherTemplateBytes {
		found.Add("Functions", "they could take %d bytes of the tuning stack's template; CloudFormation takes %d, and %d are left to other things; %s",
			template, maxTemplateBytes, otherTemplateBytes, remedy)
	}
	return found
}

// parametersOf returns how many parameters the tuning stack has at most for what is given besides functions.
func parametersOf(stack awscdk.Stack, props *PowerTuningProps, d input.Defaults) int {
	references := map[string]bool{}
	texts := fmt.Sprint(string(d.Payload), d.TenantID, d.VisualizationURL)
	addReferences(stack.Resolve(&texts), references)
	n := len(references) + len(prop.Value(props.Processors)) + len(prop.Value(props.SecurityGroups))
	for _, given := range []bool{props.EncryptionKey != nil, props.PermissionsBoundary != nil, props.HealAlarmAction != nil} {
		if given {
			n++
		}
	}
	if props.PayloadBucket != nil {
		n += 2 // its key
	}
	if props.Vpc != nil {
		n += 8 // its id, and the ids of six subnets and of a security group
	}
	return n
}
