package dualarch

import (
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/dualarch/dualarch/constructs/internal/cdkcompat"
	"github.com/dualarch/dualarch/internal/guard"
)

// unchecked is a resource with code for Lambda that the guard does not read.
type unchecked struct {
	resource awscdk.CfnResource
	guard.UncheckedResource
}

// carriers are CDK's packages whose resources can carry code for Lambda; awscdk itself has nested stacks, and
// resources without a class of their own.
var carriers = []string{"awscdk/v2", "awscdk/v2/awslambda", "awscdk/v2/awssam", "awscdk/v2/awssynthetics"}

// functionType is a function's.
const functionType = "AWS::Lambda::Function"

// carrier returns a resource that may carry code for Lambda and its type; "" if the construct is none. Asking every resource
// for its type would take a call to Node.js each, and classes for new types come only with a newer CDK. For its custom
// resources CDK makes functions without a class of their own.
func carrier(node constructs.IConstruct) (resource awscdk.CfnResource, kind string) {
	if function, is := node.(awslambda.CfnFunction); is {
		return function, functionType
	}
	if !mayCarry(node) {
		return nil, ""
	}
	resource = node.(awscdk.CfnResource)
	return resource, *resource.CfnResourceType()
}

// mayCarry reports whether a construct may be such a resource, without a call to Node.js.
func mayCarry(node constructs.IConstruct) bool {
	if _, is := node.(awscdk.CfnResource); !is {
		return false
	}
	class, ofCDK := strings.CutPrefix(reflect.TypeOf(node).Elem().PkgPath(), "github.com/aws/aws-cdk-go/")
	return !ofCDK || slices.Contains(carriers, class)
}

const stackType = "AWS::CloudFormation::Stack"

// inspected reports whether a Guard has something to say of resources of a type.
func inspected(kind string) bool {
	return kind == functionType || kind == stackType || guard.UncheckedType(kind) != ""
}

// unchecked returns why a resource is not checked; found is false if nothing of it has to be. The contents of the app's own
// nested stacks are in the tree.
func (t *tree) unchecked(resource awscdk.CfnResource, kind string) (u unchecked, found bool) {
	why := guard.UncheckedType(kind)
	if kind == stackType && !t.isNested(resource) {
		why = "it is an " + stackType + ", whose template is not read"
	}
	if why == "" {
		return unchecked{}, false
	}
	path := strings.TrimSuffix(*resource.Node().Path(), "/Resource")
	return unchecked{resource, guard.UncheckedResource{Path: path, Type: kind, Reason: why}}, true
}

// tell annotates a resource that is not checked.
func (u unchecked) tell() {
	cdkcompat.Inform(u.resource, uncheckedID, "The guard does not check it: "+u.Reason)
}
