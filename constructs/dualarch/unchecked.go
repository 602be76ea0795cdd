package dualarch

import (
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
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

// carrier reports whether a construct can be such a resource. Asking every resource for its type would take a call to
// Node.js each, and classes for new types come only with a newer CDK.
func carrier(node constructs.IConstruct) (awscdk.CfnResource, bool) {
	resource, is := node.(awscdk.CfnResource)
	if !is {
		return nil, false
	}
	class, ofCDK := strings.CutPrefix(reflect.TypeOf(node).Elem().PkgPath(), "github.com/aws/aws-cdk-go/")
	return resource, !ofCDK || slices.Contains(carriers, class)
}

const stackType = "AWS::CloudFormation::Stack"

// unchecked returns those of the stage and of the stages in it. The contents of the app's own nested stacks are in
// the tree.
func (t *tree) unchecked() []unchecked {
	var all []unchecked
	for _, resource := range t.carriers {
		name := *resource.CfnResourceType()
		why := guard.UncheckedType(name)
		if name == stackType && !t.nested[resource] {
			why = "it is an " + stackType + ", whose template is not read"
		}
		if why != "" {
			path := strings.TrimSuffix(*resource.Node().Path(), "/Resource")
			all = append(all, unchecked{resource, guard.UncheckedResource{Path: path, Type: name, Reason: why}})
		}
	}
	return all
}

// tell annotates a resource that is not checked.
func (u unchecked) tell() {
	cdkcompat.Inform(u.resource, uncheckedID, "The guard does not check it: "+u.Reason)
}
