package dualarch

import (
	"math"
	"regexp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/lambdalimits"
)

// aliasName is a name that Lambda takes; one of digits alone would be a version.
var aliasName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// checkServing refuses what cannot be true of a serving function.
func checkServing(p *problems, scope constructs.Construct, props *DualArchFunctionProps, placed bool) {
	options := props.Serving
	p.Whole("Serving.MemorySize", options.MemorySize, float64(lambdalimits.MemorySize.Least), math.MaxInt32, "MB")
	for _, arch := range architectures {
		own := own(props, arch)
		if own.ReservedConcurrentExecutions != nil {
			p.Add(arch.id()+".ReservedConcurrentExecutions", "it was given beside Serving; give Function.ReservedConcurrentExecutions, which is the serving function's: siblings get none")
		}
		if own.ProvisionedConcurrentExecutions != nil {
			p.Add(arch.id()+".ProvisionedConcurrentExecutions", "it was given beside Serving; give Function.CurrentVersionOptions.ProvisionedConcurrentExecutions, which is the serving function's: siblings get none")
		}
	}
	if name := options.aliasName(); !*awscdk.Token_IsUnresolved(name) && (!aliasName.MatchString(name) || strings.Trim(name, "0123456789") == "") {
		p.Add("Serving.Alias.Name", "%q was given; give 1 to 128 letters, digits, hyphens and underscores, not digits alone", name)
	}
	if role := shared(props).Role; role != nil && atEdge(role) {
		p.Add("Function.Role", "%q is assumed by edgelambda.amazonaws.com; keep this function an awslambda.Function: %s", *role.Node().Path(), notAtEdge)
	}
	checkAdoptions(p, scope, props, placed)
	options.deployment().check(p)
	check, checked := props.checked()
	if checked {
		check.check(p, props)
	} else if !prop.Value(check.Disabled) && options.Check != nil {
		p.Add("Serving.Check", "it was given beside Serving.Deployment.AllAtOnce; leave one of them out: CodeDeploy calls the check")
	}
}

const notAtEdge = "Lambda@Edge runs on x86_64 only"

// atEdge reports whether a role is one of Lambda@Edge's.
func atEdge(role awsiam.IRole) bool {
	resource, is := role.Node().DefaultChild().(awsiam.CfnRole)
	return is && strings.Contains(written(resource.Stack().Resolve(resource.AssumeRolePolicyDocument())), `"edgelambda.amazonaws.com"`)
}
