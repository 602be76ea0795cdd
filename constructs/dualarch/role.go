package dualarch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/constructs/internal/trust"
)

// executionRole returns the role of both siblings, so that a grant to the
// DualArchFunction reaches both and they never differ in what they may do. It has
// statements of its own instead of AWSLambdaBasicExecutionRole, which allows
// writing to every log group of the account.
func executionRole(scope constructs.Construct, options *awslambda.FunctionOptions) awsiam.IRole {
	if options.Role != nil {
		return options.Role
	}
	role := awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy:   trust.Lambda(scope),
		Description: jsii.String("Both siblings of a DualArchFunction"),
	})
	if options.Vpc != nil {
		role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:       jsii.String("NetworkInterfaces"),
			Actions:   jsii.Strings(prop.NetworkInterfaceActions...),
			Resources: jsii.Strings("*"),
		}))
	}
	if options.DurableConfig != nil {
		role.AddManagedPolicy(awsiam.ManagedPolicy_FromAwsManagedPolicyName(
			jsii.String("service-role/AWSLambdaBasicDurableExecutionRolePolicy")))
	}
	return role
}
