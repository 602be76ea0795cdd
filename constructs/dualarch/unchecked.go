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

// unchecked is a resource that carries code for Lambda and that the guard does not look into.
type unchecked struct {
	resource awscdk.CfnResource
	guard.UncheckedResource
}

// carriers are CDK's packages whose resources can carry code for Lambda; awscdk itself has stacks, and resources without a
// class of their own.
var carriers = []string{"awscdk/v2", "awscdk/v2/awslambda", "awscdk/v2/awssam", "awscdk/v2/awssynthetics"}

// carrier reports whether a construct is a resource that can be one of them. Asking every resource for its type would be
// a call to Node.js each, and a class for each type comes with a newer CDK only.
func carrier(node constructs.IConstruct) (awscdk.CfnResource, bool) {
	resource, is := node.(awscdk.CfnResource)
	if !is {
		return nil, false
	}
	class, ofCDK := strings.CutPrefix(reflect.TypeOf(node).Elem().PkgPath(), "github.com/aws/aws-cdk-go/")
	return resource, !ofCDK || slices.Contains(carriers, class)
}

const stackType = "AWS::CloudFormation::Stack"

// unchecked are those of the stage and of the stages in it. What the app's own nested stacks hold is in the tree.
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

// tell says on a resource that it is not checked.
func (u unchecked) tell() {
	cdkcompat.Inform(u.resource, uncheckedID, "The guard does not check it: "+u.Reason)
}
