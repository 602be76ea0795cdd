// Package nag tells cdk-nag's AwsSolutions pack why something is as it is: suppressions with reasons, in the form that
// NagSuppressions writes into a resource's metadata. Importing cdk-nag would make every user's synthesis load it.
package nag

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// Reason explains findings of one rule.
type Reason struct {
	Rule string
	On   []string // cdk-nag's finding ids; empty: all of the rule
	Why  string
}

// Wildcard explains resources with a star in a policy, each by itself.
func Wildcard(why string, resources ...string) Reason {
	on := make([]string, len(resources))
	for i, resource := range resources {
		on[i] = "Resource::" + resource
	}
	return Reason{"AwsSolutions-IAM5", on, why}
}

// Explain explains findings in a construct's resource, in the place of what was said of it before.
func Explain(construct constructs.IConstruct, reasons ...Reason) {
	rules := []any{}
	for _, r := range reasons {
		rule := map[string]any{"id": r.Rule, "reason": r.Why}
		if r.On != nil {
			rule["applies_to"] = r.On
		}
		rules = append(rules, rule)
	}
	resource := construct.Node().DefaultChild().(awscdk.CfnResource)
	resource.AddMetadata(jsii.String("cdk_nag"), map[string]any{"rules_to_suppress": rules})
}

// Name returns an ARN as cdk-nag's finding ids have it: <id> for a Ref, <id.attribute> for an Fn::GetAtt.
func Name(stack awscdk.Stack, arn *string) string { return flatten(stack.Resolve(arn)) }

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
