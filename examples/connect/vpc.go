package connect

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// InVpc puts the functions into a VPC and lets them reach a database.
func InVpc(stack awscdk.Stack, props *dualarch.DualArchFunctionProps) dualarch.DualArchFunction {
	vpc := awsec2.NewVpc(stack, jsii.String("Vpc"), &awsec2.VpcProps{MaxAzs: jsii.Number(2)})
	database := awsec2.NewSecurityGroup(stack, jsii.String("Database"), &awsec2.SecurityGroupProps{Vpc: vpc})

	props.Function = &awslambda.FunctionOptions{Vpc: vpc}
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Orders"), props)
	database.Connections().AllowFrom(fn, awsec2.Port_Tcp(jsii.Number(5432)), nil)
	return fn
}
