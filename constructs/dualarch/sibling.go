package dualarch

import (
	"maps"
	"reflect"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/guard"
)

// liveAlias is the name of the alias that all traffic reaches.
const liveAlias = "live"

// sibling is a function and what belongs to it.
type sibling struct {
	arch     architecture
	function awslambda.Function
	logGroup awslogs.ILogGroup
	live     awslambda.Alias
	files    guard.Package      // its code, for the guard
	verdict  guard.Verdict      // the guard's, once it has looked
	alone    bool               // it has no sibling on the other architecture
	resource awscdk.CfnResource // of the function, for validation
}

// newSibling makes the function of one architecture with its log group and its
// alias. Its arguments have been checked.
func newSibling(scope constructs.Construct, arch architecture, props *DualArchFunctionProps, made asset, role awsiam.IRole) *sibling {
	s := &sibling{arch: arch, logGroup: siblingLogGroup(scope, arch, props)}
	code := made(scope)
	s.files = code.files
	options := functionProps(props, arch, code)
	options.Role = role
	options.LogGroup = s.logGroup
	if props.Function == nil || props.Function.Role == nil {
		s.logGroup.GrantWrite(role)
	}
	s.function = newFunction(scope, arch.id(), options, code)
	s.live = awslambda.NewAlias(scope, jsii.String(arch.id()+"Live"), aliasProps(props, arch, s.function))
	return s
}

// givenLogGroup returns a log group of the user's.
func givenLogGroup(scope constructs.Construct, id *string, given interfacesawslogs.ILogGroupRef) awslogs.ILogGroup {
	if group, is := given.(awslogs.ILogGroup); is {
		return group
	}
	return awslogs.LogGroup_FromLogGroupArn(scope, id, given.LogGroupRef().LogGroupArn)
}

// newFunction makes a function of checked options.
func newFunction(scope constructs.Construct, id string, options *awslambda.FunctionProps, code deployed) awslambda.Function {
	storage := beyondCDK(options)
	function := awslambda.NewFunction(scope, jsii.String(id), options)
	if storage != nil {
		function.Node().DefaultChild().(awslambda.CfnFunction).SetEphemeralStorage(storage)
	}
	if code.describe != nil {
		code.describe(function.Node().DefaultChild().(awslambda.CfnFunction))
	}
	return function
}

// siblingLogGroup returns a new log group, or the one that was given for both.
func siblingLogGroup(scope constructs.Construct, arch architecture, props *DualArchFunctionProps) awslogs.ILogGroup {
	id := jsii.String(arch.id() + "Logs")
	if given := shared(props).LogGroup; given != nil {
		return givenLogGroup(scope, id, given)
	}
	return awslogs.NewLogGroup(scope, id, &awslogs.LogGroupProps{
		Retention:     prop.Retention(props.LogRetention),
		RemovalPolicy: removalPolicy(props.LogRemovalPolicy),
	})
}

// functionProps returns a sibling's options.
func functionProps(props *DualArchFunctionProps, arch architecture, code deployed) *awslambda.FunctionProps {
	shared := shared(props)
	options := commonProps(props, arch, code)
	options.Description = jsii.String(description(shared.Description, code))
	if shared.FunctionName != nil {
		options.FunctionName = siblingName(props, arch)
	}
	if shared.Tracing == "" {
		options.Tracing = awslambda.Tracing_ACTIVE
	}
	options.CurrentVersionOptions = versionOptions(shared.CurrentVersionOptions, code)
	// The alias gets these: here they would configure $LATEST, which no traffic
	// reaches, and give both siblings the same queue.
	options.OnSuccess, options.OnFailure = nil, nil
	options.RetryAttempts, options.MaxEventAge = nil, nil
	if props.serves() {
		notServing(options)
	}
	return options
}

// notServing removes what belongs to the function that takes traffic.
func notServing(options *awslambda.FunctionProps) {
	options.ReservedConcurrentExecutions = nil
	options.DeadLetterQueue, options.DeadLetterTopic, options.DeadLetterQueueEnabled = nil, nil, nil
	// The role is the serving function's, which has granted it these.
	options.InitialPolicy = nil
	options.LogRetention, options.LogRemovalPolicy = "", "" //nolint:staticcheck // the serving function may have them from before
	options.LogRetentionRole, options.LogRetentionRetryOptions = nil, nil
}

// commonProps returns the shared options overridden by those of one architecture. It changes neither of the caller's
// structs, nor a map or slice in them.
func commonProps(props *DualArchFunctionProps, arch architecture, code deployed) *awslambda.FunctionProps {
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
	options.Events = nil // see connectEvents
	return options
}

// aliasProps returns the options of a sibling's alias.
func aliasProps(props *DualArchFunctionProps, arch architecture, function awslambda.Function) *awslambda.AliasProps {
	if props.serves() {
		return &awslambda.AliasProps{AliasName: jsii.String(liveAlias), Version: function.CurrentVersion()}
	}
	alias := liveProps(props, liveAlias, function)
	if provisioned := own(props, arch).ProvisionedConcurrentExecutions; provisioned != nil {
		alias.ProvisionedConcurrentExecutions = provisioned
	}
	return alias
}

// liveProps returns the shared options for an alias that takes traffic.
func liveProps(props *DualArchFunctionProps, name string, function awslambda.Function) *awslambda.AliasProps {
	shared := shared(props)
	alias := &awslambda.AliasProps{
		AliasName:     jsii.String(name),
		Version:       function.CurrentVersion(),
		OnSuccess:     shared.OnSuccess,
		OnFailure:     shared.OnFailure,
		RetryAttempts: shared.RetryAttempts,
		MaxEventAge:   shared.MaxEventAge,
	}
	if version := shared.CurrentVersionOptions; version != nil {
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

// longestName is the number of characters of a function's name that Lambda takes.
const longestName = 64

// siblingName returns a sibling's name, or nil if the serving function's leaves no room for a suffix: then
// CloudFormation chooses one.
func siblingName(props *DualArchFunctionProps, arch architecture) *string {
	name := *props.Function.FunctionName
	if props.serves() && !*awscdk.Token_IsUnresolved(name) && len(functionName(name, x86)) > longestName {
		return nil
	}
	return jsii.String(functionName(name, arch))
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
