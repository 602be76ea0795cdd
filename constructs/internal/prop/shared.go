package prop

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
)

// Path returns the path that a construct of that id will have.
func Path(scope constructs.Construct, id *string) string {
	if above := *scope.Node().Path(); above != "" {
		return above + "/" + Value(id)
	}
	return Value(id)
}

// Retention returns the retention of log groups, by default a month.
func Retention(given awslogs.RetentionDays) awslogs.RetentionDays {
	if given == "" {
		return awslogs.RetentionDays_ONE_MONTH
	}
	return given
}

// NetworkInterfaceActions are what a function's role needs to run in a VPC. Lambda refuses a role that
// has them on less than everything: it asks for them before it knows the interface's name.
var NetworkInterfaceActions = []string{
	"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets",
	"ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
}
