package dualarch

import (
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
)

// notMapped are CDK's event sources that make no mapping but push to the function that they are bound to.
var notMapped = []string{"ApiEventSource", "S3EventSource", "S3EventSourceV2", "SnsEventSource"}

// pushes reports whether an event source is one of them. CDK's package of event sources would weigh on every import
// of this one, so that the class goes by its name.
func pushes(source awslambda.IEventSource) bool {
	class := reflect.TypeOf(source)
	for class.Kind() == reflect.Pointer {
		class = class.Elem()
	}
	return slices.Contains(notMapped, strings.TrimPrefix(class.Name(), "jsiiProxy_"))
}

// addEventSource lets an event source reach the alias. Its mapping belongs to the function, whose mappings keep their
// ids, and leads to the alias: that updates a mapping in place.
func (s *serving) addEventSource(source awslambda.IEventSource) {
	if pushes(source) {
		s.live.AddEventSource(source)
		return
	}
	before := len(*s.function.Node().Children())
	s.function.AddEventSource(source)
	for _, child := range (*s.function.Node().Children())[before:] {
		if mapping, is := child.(awslambda.EventSourceMapping); is {
			resource := mapping.Node().DefaultChild().(awslambda.CfnEventSourceMapping)
			resource.SetFunctionName(s.live.FunctionName())
			s.adoptMapping(mapping, resource)
		}
	}
}

// grantInvoke lets an identity invoke the alias and, as before there was one, the unqualified name. A principal that
// has no policy here gets permissions on both.
func (s *serving) grantInvoke(grantee awsiam.IGrantable) awsiam.Grant {
	unqualified := awsiam.Grant_AddToPrincipal(&awsiam.GrantOnPrincipalOptions{
		Grantee: grantee, Actions: jsii.Strings("lambda:InvokeFunction"), ResourceArns: &[]*string{s.function.FunctionArn()},
	})
	if !*unqualified.Success() {
		unqualified = s.function.GrantInvoke(grantee)
	}
	return unqualified.Combine(s.live.GrantInvoke(grantee))
}
