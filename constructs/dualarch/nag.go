package dualarch

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
)

// explainToNag tells cdk-nag's AwsSolutions pack, in the metadata that NagSuppressions writes, why a role that CDK made
// for the function in production is as it is. A role of the user's own is left alone.
func (s *serving) explainToNag(given awsiam.IRole) {
	if given != nil {
		return
	}
	role := s.function.Role()
	explain(role.Node().DefaultChild().(awscdk.CfnResource), reason{"AwsSolutions-IAM4",
		"The role is that of a function in production, and keeps the managed policies that it has; new ones are not added.", nil})
	if policy := role.Node().TryFindChild(jsii.String("DefaultPolicy")); policy != nil {
		explain(policy.Node().DefaultChild().(awscdk.CfnResource), reason{"AwsSolutions-IAM5",
			"X-Ray's actions name no resource; AWS allows them on * only.", []string{"Resource::*"}})
	}
}

// reason explains findings of one rule.
type reason struct {
	rule, reason string
	on           []string // cdk-nag's finding ids; empty: all of the rule
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

// versionsOf returns cdk-nag's finding id of a statement on all versions of a function.
func versionsOf(stack awscdk.Stack, function awscdk.CfnElement) string {
	id, _ := stack.Resolve(function.LogicalId()).(string)
	return "Resource::<" + strings.TrimSpace(id) + ".Arn>:*"
}
