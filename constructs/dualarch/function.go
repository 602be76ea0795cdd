package dualarch

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/constructs/powertuning"
	"github.com/dualarch/dualarch/internal/guard"
)

// function implements DualArchFunction.
type function struct {
	constructs.Construct
	primary  architecture
	role     awsiam.IRole
	siblings map[architecture]*sibling
	accepted []guard.Acceptance

	httpApi        awsapigatewayv2.IHttpApi
	stage          awsapigatewayv2.HttpStage
	accessLogGroup awslogs.LogGroup
	routes         []awsapigatewayv2.HttpRoute

	tuning powertuning.PowerTuning
	target *powertuning.TuningTarget
}

// NewDualArchFunction deploys one source as two functions, the siblings, on
// x86_64 and arm64. If props are wrong or the code does not compile, it panics
// with every problem before anything is created.
func NewDualArchFunction(scope constructs.Construct, id *string, props *DualArchFunctionProps) DualArchFunction {
	path := prop.Path(scope, id)
	if props == nil {
		props = &DualArchFunctionProps{}
	}
	found := check(scope, id, props)
	if len(found) > 0 {
		withdraw(props.Code)
	}
	found.Refuse("DualArchFunction", path)
	tuningOptions(props).register()
	code := build(path, props.Code)

	f := &function{primary: primary(props.Primary), siblings: map[architecture]*sibling{}, accepted: acceptances(props.Accept)}
	constructs.NewConstruct_Override(f, scope, id)
	warn(f, props.Code)
	f.role = executionRole(f, shared(props))
	for _, arch := range architectures {
		f.siblings[arch] = newSibling(f, arch, props, code[arch], f.role)
	}

	f.connectEvents(shared(props).Events)
	f.connectApi(apiOptions(props))
	f.connectTuning(tuningOptions(props))
	watch(awscdk.Stage_Of(f))
	return f
}

// build makes the code of both siblings, or stops synthesis with the builder's
// own words.
func build(path string, code Code) map[architecture]asset {
	built := map[architecture]asset{}
	for _, arch := range architectures {
		made, err := code.build(arch)
		if err != nil {
			panic(fmt.Errorf("DualArchFunction %q cannot be made, nothing was created: the code for %s could not be built:\n%s",
				path, arch, guard.PrintableText(err.Error())))
		}
		built[arch] = made
	}
	return built
}

// connectEvents gives the event sources to the primary's alias alone: two
// siblings on one queue would each take half of the messages.
func (f *function) connectEvents(sources *[]awslambda.IEventSource) {
	for _, source := range prop.Value(sources) {
		f.AddEventSource(source)
	}
}

// apiOptions returns the caller's options, never nil.
func apiOptions(props *DualArchFunctionProps) *ApiOptions {
	if props.Api == nil {
		return &ApiOptions{}
	}
	return props.Api
}

// primary returns the given architecture, or arm64.
func primary(given awslambda.Architecture) architecture {
	if given == nil {
		return arm64
	}
	return architecture(*given.Name())
}
