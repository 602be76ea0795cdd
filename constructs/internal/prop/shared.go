package prop

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
)

// Path returns the path that a construct will have.
func Path(scope constructs.Construct, id *string) string {
	if above := *scope.Node().Path(); above != "" {
		return above + "/" + Value(id)
	}
	return Value(id)
}

// Retention returns the retention of log groups: a month if none was given.
func Retention(given awslogs.RetentionDays) awslogs.RetentionDays {
	if given == "" {
		return awslogs.RetentionDays_ONE_MONTH
	}
	return given
}

// NetworkInterfaceActions are what Lambda needs of a function's role to place it in a VPC. Lambda refuses
// a role that has them on less than everything: it asks for them before it knows the interface's name.
var NetworkInterfaceActions = []string{
	"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets",
	"ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
}
