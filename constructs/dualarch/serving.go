package dualarch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/builds"
)

// hiddenID is an id that CDK leaves out of logical ids, so that the serving function and everything below it have the
// ids of an awslambda.Function in the place of the DualArchFunction.
const hiddenID = "Default"

// serving is the function that takes all traffic.
type serving struct {
	*sibling
	options *ServingOptions
	// adopted are the construct ids of mappings by the key of AdoptOptions.EventSources.
	adopted map[string][]string
}

// newServing makes the serving function and its alias. Its options have been checked.
func newServing(scope constructs.Construct, props *DualArchFunctionProps, code map[architecture]asset) *serving {
	arch := primary(props.Primary)
	made := code[arch](scope)
	s := &serving{
		sibling: &sibling{arch: arch, files: made.files, alone: props.only()},
		options: props.Serving, adopted: map[string][]string{},
	}
	s.function = newFunction(scope, hiddenID, servingProps(props, made, servedBuilds(scope, props, code)), made)
	s.live = awslambda.NewAlias(scope, jsii.String("Live"), liveProps(props, props.Serving.aliasName(), s.function))
	s.logGroup = s.currentLogGroup(scope, shared(props))
	return s
}

// servingProps returns the serving function's options: nothing of a function in production changes unless somebody
// asks for it, but for the builds at the end of the description.
func servingProps(props *DualArchFunctionProps, code deployed, served string) *awslambda.FunctionProps {
	shared := shared(props)
	options := commonProps(props, primary(props.Primary), code)
	options.ReservedConcurrentExecutions = shared.ReservedConcurrentExecutions
	if props.Serving.MemorySize != nil {
		options.MemorySize = props.Serving.MemorySize
	}
	// A version publishes whatever $LATEST is, and Lambda refuses to publish the same twice (409). With the builds in
	// both descriptions, whatever makes a new version changes the function first.
	options.Description = jsii.String(followedBy(shared.Description, served))
	version := prop.Value(shared.CurrentVersionOptions)
	if version.Description == nil {
		version.Description = shared.Description
	}
	version.Description = jsii.String(followedBy(version.Description, served))
	version.ProvisionedConcurrentExecutions = nil // the alias gets it
	options.CurrentVersionOptions = &version
	return options
}

// servedBuilds names the builds of both architectures, as package builds reads them. Of an image that is made for
// a sibling only, and of a tag that is known when it is deployed, it names the one that is served.
func servedBuilds(scope constructs.Construct, props *DualArchFunctionProps, code map[architecture]asset) string {
	own := primary(props.Primary)
	alone := props.only() && props.Code.start().fromImage() || code[own](scope).tag != ""
	var all []builds.Build
	for _, arch := range architectures {
		if arch == own || !alone {
			all = append(all, builds.Build{Architecture: string(arch), Name: code[arch](scope).name()})
		}
	}
	return builds.Describe(all)
}

// currentLogGroup returns the log group that the function writes to; nothing is made for it.
func (s *serving) currentLogGroup(scope constructs.Construct, options *awslambda.FunctionOptions) awslogs.ILogGroup {
	id := jsii.String("ServingLogs")
	if options.LogGroup != nil {
		return givenLogGroup(scope, id, options.LogGroup)
	}
	if made := s.function.Node().TryFindChild(jsii.String("LogGroup")); made != nil {
		return s.function.LogGroup() // the feature flag useCdkManagedLogGroup
	}
	return awslogs.LogGroup_FromLogGroupName(scope, id, awscdk.Fn_Join(jsii.String(""), &[]*string{jsii.String("/aws/lambda/"), s.function.FunctionName()}))
}
