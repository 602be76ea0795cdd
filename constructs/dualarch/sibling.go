package dualarch

import (
	"maps"
	"reflect"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/guard"
)

// liveAlias is the name of the alias that all traffic reaches.
const liveAlias = "live"

// sibling is the function of one architecture and what belongs to it.
type sibling struct {
	function awslambda.Function
	logGroup awslogs.ILogGroup
	live     awslambda.Alias
	files    guard.Package // its code, for the guard
	verdict  guard.Verdict // the guard's, once it has looked
}

// newSibling makes the function of one architecture with its log group and its
// alias. Its arguments have been checked.
func newSibling(scope constructs.Construct, arch architecture, props *DualArchFunctionProps, made asset, role awsiam.IRole) *sibling {
	s := &sibling{logGroup: siblingLogGroup(scope, arch, props)}
	code := made(scope)
	s.files = code.files
	options := functionProps(props, arch, code)
	options.Role = role
	options.LogGroup = s.logGroup
	if props.Function == nil || props.Function.Role == nil {
		s.logGroup.GrantWrite(role)
	}
	storage := beyondCDK(options)
	s.function = awslambda.NewFunction(scope, jsii.String(arch.id()), options)
	if storage != nil {
		s.function.Node().DefaultChild().(awslambda.CfnFunction).SetEphemeralStorage(storage)
	}
	if code.describe != nil {
		code.describe(s.function.Node().DefaultChild().(awslambda.CfnFunction))
	}
	s.live = awslambda.NewAlias(scope, jsii.String(arch.id()+"Live"), aliasProps(props, arch, s.function))
	return s
}

// siblingLogGroup returns a new log group, or the one that was given for both.
func siblingLogGroup(scope constructs.Construct, arch architecture, props *DualArchFunctionProps) awslogs.ILogGroup {
	id := jsii.String(arch.id() + "Logs")
	shared := shared(props)
	if given, ok := shared.LogGroup.(awslogs.ILogGroup); ok {
		return given
	}
	if shared.LogGroup != nil {
		return awslogs.LogGroup_FromLogGroupArn(scope, id, shared.LogGroup.LogGroupRef().LogGroupArn)
	}
	return awslogs.NewLogGroup(scope, id, &awslogs.LogGroupProps{
		Retention:     prop.Retention(props.LogRetention),
		RemovalPolicy: removalPolicy(props.LogRemovalPolicy),
	})
}

// functionProps returns the shared options overridden by the sibling's own. It
// changes neither of the caller's structs, nor a map or slice in them.
func functionProps(props *DualArchFunctionProps, arch architecture, code deployed) *awslambda.FunctionProps {
	shared, own := shared(props), own(props, arch)
	options := &awslambda.FunctionProps{}
	layOver(options, *shared)
	layOver(options, *own)

	start := props.Code.start()
	options.Code = code.code
	options.Runtime = start.runtime
	options.Handler = start.handler
	options.Architecture = arch.cdk()
	options.Environment = merged(shared.Environment, own.Environment)
	options.Layers = joined(shared.Layers, own.Layers)
	options.Description = jsii.String(description(shared.Description, code))
	if shared.FunctionName != nil {
		options.FunctionName = jsii.String(functionName(*shared.FunctionName, arch))
	}
	if shared.Tracing == "" {
		options.Tracing = awslambda.Tracing_ACTIVE
	}
	options.CurrentVersionOptions = versionOptions(shared.CurrentVersionOptions, code)
	// The alias gets these: here they would configure $LATEST, which no traffic
	// reaches, and give both siblings the same queue.
	options.Events = nil
	options.OnSuccess, options.OnFailure = nil, nil
	options.RetryAttempts, options.MaxEventAge = nil, nil
	return options
}

// aliasProps returns the options that configure live traffic.
func aliasProps(props *DualArchFunctionProps, arch architecture, function awslambda.Function) *awslambda.AliasProps {
	shared, own := shared(props), own(props, arch)
	alias := &awslambda.AliasProps{
		AliasName:                       jsii.String(liveAlias),
		Version:                         function.CurrentVersion(),
		OnSuccess:                       shared.OnSuccess,
		OnFailure:                       shared.OnFailure,
		RetryAttempts:                   shared.RetryAttempts,
		MaxEventAge:                     shared.MaxEventAge,
		ProvisionedConcurrentExecutions: own.ProvisionedConcurrentExecutions,
	}
	if version := shared.CurrentVersionOptions; version != nil && alias.ProvisionedConcurrentExecutions == nil {
		alias.ProvisionedConcurrentExecutions = version.ProvisionedConcurrentExecutions
	}
	return alias
}

// layOver copies the fields that are set in one struct of options to the fields of
// the same name in another, so that an option that a later CDK adds goes through by
// itself. Fields without a counterpart are handled by name where they are used.
func layOver(props *awslambda.FunctionProps, options any) {
	to, from := reflect.ValueOf(props).Elem(), reflect.ValueOf(options)
	for i := range from.NumField() {
		twin := to.FieldByName(from.Type().Field(i).Name)
		if twin.IsValid() && !from.Field(i).IsZero() {
			twin.Set(from.Field(i))
		}
	}
}

// shared returns the caller's options for both siblings, never nil.
func shared(props *DualArchFunctionProps) *awslambda.FunctionOptions {
	if props.Function == nil {
		return &awslambda.FunctionOptions{}
	}
	return props.Function
}

// own returns the caller's options for one sibling, never nil.
func own(props *DualArchFunctionProps, arch architecture) *SiblingOptions {
	options := props.X86
	if arch == arm64 {
		options = props.Arm64
	}
	if options == nil {
		return &SiblingOptions{}
	}
	return options
}

func merged(shared, own *map[string]*string) *map[string]*string {
	if shared == nil && own == nil {
		return nil
	}
	all := map[string]*string{}
	for _, variables := range []*map[string]*string{shared, own} {
		maps.Copy(all, prop.Value(variables))
	}
	return &all
}

func joined(shared, own *[]awslambda.ILayerVersion) *[]awslambda.ILayerVersion {
	if shared == nil && own == nil {
		return nil
	}
	all := append([]awslambda.ILayerVersion{}, prop.Value(shared)...)
	all = append(all, prop.Value(own)...)
	return &all
}

// functionName returns a sibling's name if a name is given.
func functionName(name string, arch architecture) string {
	return name + "-" + string(arch)
}

// versionOptions returns the caller's, without what the alias gets. CDK derives a
// version's logical id from what it knows of the function: if that is a token, a
// new value keeps the old id, and the alias would stay with the old image. So the
// token goes into the version's description, and CloudFormation makes a new version
// when it changes.
func versionOptions(given *awslambda.VersionOptions, code deployed) *awslambda.VersionOptions {
	if given == nil && code.tag == "" {
		return nil
	}
	options := prop.Value(given)
	options.ProvisionedConcurrentExecutions = nil
	if code.tag != "" {
		options.Description = jsii.String(description(options.Description, code))
	}
	return &options
}

// removalPolicy returns the policy of log groups: by default a deleted stack leaves
// nothing behind.
func removalPolicy(given awscdk.RemovalPolicy) awscdk.RemovalPolicy {
	if given == "" {
		return awscdk.RemovalPolicy_DESTROY
	}
	return given
}
