package prop

import (
	"reflect"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
)

// Path returns the path that a construct will have; without a scope, its id.
func Path(scope constructs.Construct, id *string) string {
	if isNil(scope) {
		return Value(id)
	}
	if above := *scope.Node().Path(); above != "" {
		return above + "/" + Value(id)
	}
	return Value(id)
}

// Place asks for the scope and the id of a construct, and reports whether there is a scope.
func (p *Problems) Place(scope constructs.Construct, id *string) bool {
	if isNil(scope) {
		p.Add("scope", "nil was given; give the stack or the construct that it belongs to")
	}
	switch {
	case id == nil:
		p.Add("id", "nil was given; give a name that nothing else in the scope has")
	case *id == "":
		p.Add("id", `"" was given; give a name that nothing else in the scope has`)
	}
	return !isNil(scope)
}

// isNil reports whether there is no construct, or only a nil pointer of a type that embeds one.
func isNil(scope constructs.Construct) bool {
	if scope == nil {
		return true
	}
	value := reflect.ValueOf(scope)
	return value.Kind() == reflect.Pointer && value.IsNil()
}

// Retention returns the retention of log groups: a month if none was given.
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
