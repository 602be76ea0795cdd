package dualarch

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
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
	serving  *serving // nil without Serving
	siblings map[architecture]*sibling
	accepted []guard.Acceptance
	watched  *watched
	tokens   bool // in its descriptions

	events awslambda.IAlias // the primary's alias for event sources, with the flag StableIds
	mapped bool             // without the flag, an event source has a mapping

	httpApi        awsapigatewayv2.IHttpApi
	stage          awsapigatewayv2.HttpStage
	accessLogGroup awslogs.LogGroup
	routes         []awsapigatewayv2.HttpRoute
	preflights     []awsapigatewayv2.HttpRoute // for OPTIONS, without an authorizer

	asked           []route // those of the options
	authorized      bool    // an authorizer can refuse a request to them
	preflightsGiven bool    // somebody decided about PreflightRoutes

	tuning powertuning.PowerTuning
	target *powertuning.TuningTarget

	dashboard awscloudwatch.Dashboard
}

// NewDualArchFunction deploys one source as two functions, the siblings, on
// x86_64 and arm64, and with Serving as a third that takes all traffic. If props are wrong or the code does not compile, it panics
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
	if !props.only() {
		tuningOptions(props).register()
	}
	registerCheck(props)
	code, hook := build(path, props.Code), checkCode(path, props)

	f := &function{primary: primary(props.Primary), siblings: map[architecture]*sibling{}, accepted: acceptances(props.Accept), tokens: tokensInDescriptions(props)}
	constructs.NewConstruct_Override(f, scope, id)
	warn(f, props.Code)
	if props.serves() {
		f.serving = newServing(f, props, code)
		f.role = f.serving.function.Role()
	} else {
		f.role = executionRole(f, shared(props))
	}
	if !props.only() {
		for _, arch := range architectures {
			f.siblings[arch] = newSibling(f, arch, props, code[arch], f.role)
		}
	}

	f.connectEvents(shared(props).Events)
	f.connectApi(apiOptions(props), props.Serving)
	f.connectTuning(tuningOptions(props))
	if f.serving != nil {
		f.serving.adopt()
		f.connectDeployment(props.Serving.deployment(), f.newCheckHook(props, hook))
		f.serving.warn(props, hook != nil)
		f.serving.explainToNag(shared(props).Role)
	}
	f.connectDashboard(props.Dashboard)
	watchFunction(f)
	return f
}

// functions returns the serving function, if there is one, and the siblings.
func (f *function) functions() []*sibling {
	var all []*sibling
	if f.serving != nil {
		all = append(all, f.serving.sibling)
	}
	for _, arch := range architectures {
		if s := f.siblings[arch]; s != nil {
			all = append(all, s)
		}
	}
	return all
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
		built[arch] = once(made)
	}
	return built
}

// once adds the code to the app only the first time: a sibling and the serving function can have the same.
func once(made asset) asset {
	var added *deployed
	return func(scope constructs.Construct) deployed {
		if added == nil {
			code := made(scope)
			added = &code
		}
		return *added
	}
}

// connectEvents gives the event sources to one function alone: two siblings on one queue would each take half of
// the messages.
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
