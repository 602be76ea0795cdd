package dualarch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/nag"
)

// explainToNag tells cdk-nag why a role that CDK made for the function in production is as it is. A role of the user's
// own is left alone.
func (s *serving) explainToNag(given awsiam.IRole) {
	if given != nil {
		return
	}
	role := s.function.Role()
	nag.Explain(role, nag.Reason{
		Rule: "AwsSolutions-IAM4",
		Why:  "The role is that of a function in production, and keeps the managed policies that it has; new ones are not added.",
	})
	if policy := role.Node().TryFindChild(jsii.String("DefaultPolicy")); policy != nil {
		nag.Explain(policy, nag.Wildcard("X-Ray's actions name no resource; AWS allows them on * only.", "*"))
	}
}
