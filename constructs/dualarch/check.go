package dualarch

import (
	"math"
	"regexp"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/lambdalimits"
)

type problems = prop.Problems

// check returns everything that is wrong with the props. It creates nothing. Tokens, whose values
// CloudFormation knows only when it deploys, are left to it.
func check(scope constructs.Construct, id *string, props *DualArchFunctionProps) problems {
	var found problems
	placed := found.Place(scope, id)
	if props.Code == nil {
		found.Add("Code", `nil was given; give GoCode with the folder of a main package, or another kind of code`)
	} else {
		found = append(found, props.Code.check()...)
	}
	if arch := primary(props.Primary); !arch.known() {
		found.Add("Primary", "%q was given; give awslambda.Architecture_X86_64() or awslambda.Architecture_ARM_64()", arch)
	}
	checkShared(&found, props)
	checkSibling(&found, "X86", own(props, x86))
	checkSibling(&found, "Arm64", own(props, arm64))
	checkLayers(&found, props)
	if options := apiOptions(props); !options.disabled() {
		found = append(found, options.check(primary(props.Primary), props.Serving)...)
	}
	if placed {
		checkTuning(&found, scope, id, props)
		checkStableIDs(&found, scope)
	}
	checkAccepted(&found, "Accept", props.Accept)
	checkDashboard(&found, props.Dashboard)
	if props.serves() {
		checkServing(&found, scope, props, placed)
	}
	return found
}

var nameOfFunction = regexp.MustCompile(`^[a-zA-Z0-9-_]+$`)

// checkShared refuses options for both siblings that Lambda would refuse at deployment, or that would not do
// what they say.
func checkShared(p *problems, props *DualArchFunctionProps) {
	options := shared(props)
	if options.Architecture != nil {
		p.Add("Function.Architecture", "%q was given; leave it out: both architectures are deployed, and Primary chooses between them", *options.Architecture.Name())
	}
	if name := options.FunctionName; name != nil && !*awscdk.Token_IsUnresolved(name) {
		if longest := functionName(*name, x86); !props.serves() && len(longest) > longestName {
			p.Add("Function.FunctionName", "%q was given, which makes %q, %d characters; give at most %d, so that the names of the siblings have at most 64",
				*name, longest, len(longest), len(*name)-(len(longest)-longestName))
		} else if len(*name) > longestName {
			p.Add("Function.FunctionName", "%q was given, %d characters; give at most %d", *name, len(*name), longestName)
		}
		if !nameOfFunction.MatchString(*name) {
			p.Add("Function.FunctionName", "%q was given; give letters, digits, hyphens and underscores", *name)
		}
	}
	checkDescriptions(p, props)
	checkSizes(p, "Function", options.MemorySize, options.Timeout, options.EphemeralStorageSize)
	p.Whole("Function.ReservedConcurrentExecutions", options.ReservedConcurrentExecutions, 0, math.MaxInt32, "executions")
	p.Whole("Function.RetryAttempts", options.RetryAttempts, 0, 2, "attempts")
	p.Seconds("Function.MaxEventAge", options.MaxEventAge, 60, 21600)
	checkVersion(p, options.CurrentVersionOptions)
	checkLogs(p, props)
}

// checkVersion refuses options that belong to the alias or cannot hold for two different binaries.
func checkVersion(p *problems, options *awslambda.VersionOptions) {
	if options == nil {
		return
	}
	const name = "Function.CurrentVersionOptions."
	if options.CodeSha256 != nil {
		p.Add(name+"CodeSha256", "%q was given; leave it out: the siblings have different binaries", *options.CodeSha256)
	}
	for _, field := range []struct {
		name  string
		given bool
	}{
		{"OnSuccess", options.OnSuccess != nil},
		{"OnFailure", options.OnFailure != nil},
		{"RetryAttempts", options.RetryAttempts != nil},
		{"MaxEventAge", options.MaxEventAge != nil},
	} {
		if field.given {
			p.Add(name+field.name, "it was given for the version; give Function.%s, which goes to the alias %q that traffic reaches", field.name, liveAlias)
		}
	}
	p.Whole(name+"ProvisionedConcurrentExecutions", options.ProvisionedConcurrentExecutions, 1, math.MaxInt32, "executions")
}

// checkLogs refuses CDK's deprecated way to set a retention, by a Lambda function, and props for log groups
// that are not made here.
func checkLogs(p *problems, props *DualArchFunctionProps) {
	options := shared(props)
	if !props.serves() {
		checkDeprecatedLogs(p, options)
	}
	if options.LogGroup == nil {
		return
	}
	if props.LogRetention != "" {
		p.Add("LogRetention", "%q was given beside Function.LogGroup; set the retention of that log group, or leave the log group out", props.LogRetention)
	}
	if props.LogRemovalPolicy != "" {
		p.Add("LogRemovalPolicy", "%q was given beside Function.LogGroup; set the removal policy of that log group, or leave the log group out", props.LogRemovalPolicy)
	}
}

// checkDeprecatedLogs refuses CDK's deprecated options. A serving function keeps them from before.
func checkDeprecatedLogs(p *problems, options *awslambda.FunctionOptions) {
	if options.LogRetention != "" { //nolint:staticcheck // to refuse what is deprecated it has to be read
		p.Add("Function.LogRetention", "it was given; give the prop LogRetention, which is that of the log groups made here")
	}
	if options.LogRetentionRole != nil {
		p.Add("Function.LogRetentionRole", "it was given; leave it out: the log groups made here need none")
	}
	if options.LogRetentionRetryOptions != nil {
		p.Add("Function.LogRetentionRetryOptions", "they were given; leave them out: the log groups made here need none")
	}
	if options.LogRemovalPolicy != "" { //nolint:staticcheck // see above
		p.Add("Function.LogRemovalPolicy", "it was given; give the prop LogRemovalPolicy, which is that of the log groups made here")
	}
}

func checkSibling(p *problems, name string, options *SiblingOptions) {
	checkSizes(p, name, options.MemorySize, options.Timeout, options.EphemeralStorageSize)
	p.Whole(name+".ReservedConcurrentExecutions", options.ReservedConcurrentExecutions, 0, math.MaxInt32, "executions")
	p.Whole(name+".ProvisionedConcurrentExecutions", options.ProvisionedConcurrentExecutions, 1, math.MaxInt32, "executions")
}

// checkSizes refuses values that are too small. Upper limits depend on what is not known yet, such as a
// capacity provider, and on what AWS has raised since: see warnOfLimits.
func checkSizes(p *problems, name string, memory *float64, timeout awscdk.Duration, storage awscdk.Size) {
	p.Whole(name+".MemorySize", memory, float64(lambdalimits.MemorySize.Least), math.MaxInt32, "MB")
	p.Seconds(name+".Timeout", timeout, float64(lambdalimits.Timeout.Least), math.MaxInt32)
	if storage != nil && !*storage.IsUnresolved() {
		p.Whole(name+".EphemeralStorageSize", megabytes(storage), float64(lambdalimits.EphemeralStorage.Least), math.MaxInt32, "MB")
	}
}

func megabytes(size awscdk.Size) *float64 {
	return size.ToMebibytes(&awscdk.SizeConversionOptions{Rounding: awscdk.SizeRoundingBehavior_NONE})
}
