package dualarch

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/powertuning"
)

// DualArchFunction is one source deployed as two functions, the siblings, that
// differ in nothing but their architecture. It is a grantable (both siblings
// share a role) and, in a VPC, connectable.
type DualArchFunction interface {
	constructs.Construct
	awsiam.IGrantable
	powertuning.Tunable

	// X86 returns the x86_64 sibling, $LATEST: give callers its alias, Live. It is nil with Serving.Only.
	X86() awslambda.Function
	// Arm64 returns the arm64 sibling, $LATEST: give callers its alias, Live. It is nil with Serving.Only.
	Arm64() awslambda.Function
	// Live returns the alias "live" of a sibling, on a published version. The API
	// and every event source reach it.
	Live(arch awslambda.Architecture) awslambda.Alias
	// Serving returns the function that takes all traffic, $LATEST: give callers its alias, LiveServing. It is nil
	// without the prop Serving.
	Serving() awslambda.Function
	// LiveServing returns the serving function's alias, on a published version, or nil.
	LiveServing() awslambda.Alias
	// LogGroup returns the log group of a sibling, or for nil that of the serving function: the one that it was given
	// or that CDK manages, else the imported /aws/lambda/<name>, which Lambda makes.
	LogGroup(arch awslambda.Architecture) awslogs.ILogGroup
	// Primary returns the architecture that event sources and routes without an
	// architecture reach.
	Primary() awslambda.Architecture
	// Role returns the execution role of all functions.
	Role() awsiam.IRole

	// Api returns the HTTP API, or nil if it is disabled.
	Api() awsapigatewayv2.IHttpApi
	// Stage returns the stage of the function's own API, or nil.
	Stage() awsapigatewayv2.HttpStage
	// AccessLogGroup returns the log group of the function's own API, or nil.
	AccessLogGroup() awslogs.LogGroup
	// Routes returns this function's routes of the API.
	Routes() *[]awsapigatewayv2.HttpRoute
	// PreflightRoutes returns the routes for OPTIONS that were made for preflights, beside Routes. Nobody needs a grant
	// for them.
	PreflightRoutes() *[]awsapigatewayv2.HttpRoute

	// PowerTuning returns the tuning stack, shared or the function's own, or nil if
	// tuning is disabled. A shared one depends on all functions that it tunes: none of
	// them may depend on it, by its ARN in an environment variable, say.
	PowerTuning() powertuning.PowerTuning

	// AddEnvironment sets an environment variable on all functions.
	AddEnvironment(key *string, value *string, options *awslambda.EnvironmentOptions) DualArchFunction
	// AddEventSource lets an event source reach the primary's alias "live", or that of the serving function.
	AddEventSource(source awslambda.IEventSource)

	// GrantInvoke lets an identity invoke the aliases "live" of both siblings. With Serving it is the serving
	// function's alias, and its unqualified name, which callers from before may use.
	GrantInvoke(grantee awsiam.IGrantable) awsiam.Grant
	// GrantInvokeApi lets an identity call the function's routes of the API
	// (execute-api:Invoke). It panics if they are not IAM-authorised.
	GrantInvokeApi(grantee awsiam.IGrantable) awsiam.Grant
	// Connections returns the security groups of all functions. It panics for
	// functions outside a VPC.
	Connections() awsec2.Connections

	// MetricInvocations returns the sum of invocations of both aliases "live"; like the other metrics, with Serving that
	// of the serving function's alias alone.
	MetricInvocations(options *awscloudwatch.MetricOptions) awscloudwatch.MathExpression
	// MetricErrors returns the sum of errors of both aliases "live".
	MetricErrors(options *awscloudwatch.MetricOptions) awscloudwatch.MathExpression
	// MetricThrottles returns the sum of throttled invocations of both aliases
	// "live".
	MetricThrottles(options *awscloudwatch.MetricOptions) awscloudwatch.MathExpression
	// MetricDuration returns the duration of the slower alias "live", in
	// milliseconds.
	MetricDuration(options *awscloudwatch.MetricOptions) awscloudwatch.MathExpression

	// Dashboard returns the dashboard; nil if there is none.
	Dashboard() awscloudwatch.Dashboard
}

func (f *function) X86() awslambda.Function   { return f.siblings[x86].orNil() }
func (f *function) Arm64() awslambda.Function { return f.siblings[arm64].orNil() }

// orNil returns the function, or nil if there is none.
func (s *sibling) orNil() awslambda.Function {
	if s == nil {
		return nil
	}
	return s.function
}

func (f *function) Serving() awslambda.Function {
	if f.serving == nil {
		return nil
	}
	return f.serving.function
}

func (f *function) LiveServing() awslambda.Alias {
	if f.serving == nil {
		return nil
	}
	return f.serving.live
}

func (f *function) Live(arch awslambda.Architecture) awslambda.Alias {
	return f.sibling("Live", arch).live
}

func (f *function) LogGroup(arch awslambda.Architecture) awslogs.ILogGroup {
	if arch == nil && f.serving != nil {
		return f.serving.logGroup
	}
	return f.sibling("LogGroup", arch).logGroup
}

func (f *function) sibling(method string, arch awslambda.Architecture) *sibling {
	given := architecture("nil")
	if arch != nil {
		given = architecture(*arch.Name())
	}
	if found := f.siblings[given]; found != nil {
		return found
	}
	if len(f.siblings) == 0 {
		panic(fmt.Errorf("DualArchFunction %q has no sibling for %s(%s): it has the serving function only (Serving.Only)", *f.Node().Path(), method, given))
	}
	panic(fmt.Errorf("DualArchFunction %q has no sibling for %s(%s): give awslambda.Architecture_X86_64() or awslambda.Architecture_ARM_64()",
		*f.Node().Path(), method, given))
}

func (f *function) Primary() awslambda.Architecture      { return f.primary.cdk() }
func (f *function) Role() awsiam.IRole                   { return f.role }
func (f *function) Api() awsapigatewayv2.IHttpApi        { return f.httpApi }
func (f *function) Stage() awsapigatewayv2.HttpStage     { return f.stage }
func (f *function) AccessLogGroup() awslogs.LogGroup     { return f.accessLogGroup }
func (f *function) Routes() *[]awsapigatewayv2.HttpRoute { return &f.routes }
func (f *function) PreflightRoutes() *[]awsapigatewayv2.HttpRoute {
	return &f.preflights
}

func (f *function) PowerTuning() powertuning.PowerTuning { return f.tuning }

func (f *function) AddEnvironment(key *string, value *string, options *awslambda.EnvironmentOptions) DualArchFunction {
	for _, each := range f.functions() {
		each.function.AddEnvironment(key, value, options)
	}
	return f
}

func (f *function) AddEventSource(source awslambda.IEventSource) {
	if f.serving != nil {
		f.serving.addEventSource(source)
		return
	}
	f.addEventSource(source)
}

func (f *function) GrantPrincipal() awsiam.IPrincipal {
	return f.role.GrantPrincipal()
}

func (f *function) GrantInvoke(grantee awsiam.IGrantable) awsiam.Grant {
	if f.serving != nil {
		return f.serving.grantInvoke(grantee)
	}
	return f.siblings[x86].live.GrantInvoke(grantee).Combine(f.siblings[arm64].live.GrantInvoke(grantee))
}

func (f *function) GrantInvokeApi(grantee awsiam.IGrantable) awsiam.Grant {
	if len(f.routes) == 0 {
		panic(fmt.Errorf("DualArchFunction %q has no API for GrantInvokeApi: leave Api.Disabled out, or use GrantInvoke", *f.Node().Path()))
	}
	granted := f.routes[0].GrantInvoke(grantee, nil)
	for _, route := range f.routes[1:] {
		granted = granted.Combine(route.GrantInvoke(grantee, nil))
	}
	return granted
}

func (f *function) Connections() awsec2.Connections {
	var groups []awsec2.ISecurityGroup
	for _, each := range f.functions() {
		if !*each.function.IsBoundToVpc() {
			panic(fmt.Errorf("DualArchFunction %q has no Connections: give Function.Vpc", *f.Node().Path()))
		}
		groups = append(groups, *each.function.Connections().SecurityGroups()...)
	}
	return awsec2.NewConnections(&awsec2.ConnectionsProps{SecurityGroups: &groups})
}

func (f *function) MetricInvocations(options *awscloudwatch.MetricOptions) awscloudwatch.MathExpression {
	return f.metric("SUM", "Invocations", awslambda.Alias.MetricInvocations, options)
}

func (f *function) MetricErrors(options *awscloudwatch.MetricOptions) awscloudwatch.MathExpression {
	return f.metric("SUM", "Errors", awslambda.Alias.MetricErrors, options)
}

func (f *function) MetricThrottles(options *awscloudwatch.MetricOptions) awscloudwatch.MathExpression {
	return f.metric("SUM", "Throttles", awslambda.Alias.MetricThrottles, options)
}

func (f *function) MetricDuration(options *awscloudwatch.MetricOptions) awscloudwatch.MathExpression {
	return f.metric("MAX", "Duration", awslambda.Alias.MetricDuration, options)
}

// metric combines the same metric of the aliases that take traffic.
func (f *function) metric(combine, label string, of func(awslambda.Alias, *awscloudwatch.MetricOptions) awscloudwatch.Metric, options *awscloudwatch.MetricOptions) awscloudwatch.MathExpression {
	props := &awscloudwatch.MathExpressionProps{Label: jsii.String(label)}
	if f.serving != nil {
		props.Expression = jsii.String("serving")
		props.UsingMetrics = &map[string]awscloudwatch.IMetric{"serving": of(f.serving.live, options)}
	} else {
		props.Expression = jsii.String(combine + "([x86,arm64])")
		props.UsingMetrics = &map[string]awscloudwatch.IMetric{
			"x86":   of(f.siblings[x86].live, options),
			"arm64": of(f.siblings[arm64].live, options),
		}
	}
	if options != nil {
		props.Period = options.Period
		if options.Label != nil {
			props.Label = options.Label
		}
	}
	return awscloudwatch.NewMathExpression(props)
}
