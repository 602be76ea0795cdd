package dualarch

import (
	"math"
	"regexp"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
)

// check says everything that is wrong with the props. It creates nothing. Values
// that CloudFormation knows only when it deploys (tokens) are left to it.
func check(scope constructs.Construct, id *string, props *DualArchFunctionProps) problems {
	var found problems
	if props.Code == nil {
		found.add("Code", `nil was given; give GoCode with the folder of a main package, or another kind of code`)
	} else {
		found = append(found, props.Code.check()...)
	}
	if arch := primary(props.Primary); !arch.known() {
		found.add("Primary", "%q was given; give awslambda.Architecture_X86_64() or awslambda.Architecture_ARM_64()", arch)
	}
	found.checkShared(props)
	found.checkSibling("X86", own(props, x86))
	found.checkSibling("Arm64", own(props, arm64))
	found.checkLayers(props)
	if options := apiOptions(props); !options.disabled() {
		found = append(found, options.check(primary(props.Primary))...)
	}
	found.checkTuning(scope, id, props)
	found.checkAccepted("Accept", props.Accept)
	return found
}

var nameOfFunction = regexp.MustCompile(`^[a-zA-Z0-9-_]+$`)

// checkShared looks at the options for both siblings: what Lambda would refuse
// while it deploys, and what would not mean what it says here.
func (p *problems) checkShared(props *DualArchFunctionProps) {
	options := shared(props)
	if options.Architecture != nil {
		p.add("Function.Architecture", "%q was given; leave it out: both architectures are deployed, and Primary chooses between them", *options.Architecture.Name())
	}
	if name := options.FunctionName; name != nil && !*awscdk.Token_IsUnresolved(name) {
		if longest := functionName(*name, x86); len(longest) > 64 {
			p.add("Function.FunctionName", "%q was given, which makes %q, %d characters; give at most %d, so that the names of the siblings have at most 64",
				*name, longest, len(longest), len(*name)-(len(longest)-64))
		}
		if !nameOfFunction.MatchString(*name) {
			p.add("Function.FunctionName", "%q was given; give letters, digits, hyphens and underscores", *name)
		}
	}
	p.checkDescriptions(props)
	p.checkSizes("Function", options.MemorySize, options.Timeout, options.EphemeralStorageSize)
	p.whole("Function.ReservedConcurrentExecutions", options.ReservedConcurrentExecutions, 0, math.MaxInt32, "executions")
	p.whole("Function.RetryAttempts", options.RetryAttempts, 0, 2, "attempts")
	p.seconds("Function.MaxEventAge", options.MaxEventAge, 60, 21600)
	p.checkVersion(options.CurrentVersionOptions)
	p.checkLogs(props)
}

// checkVersion refuses what belongs to the alias or cannot hold for two
// different binaries.
func (p *problems) checkVersion(options *awslambda.VersionOptions) {
	if options == nil {
		return
	}
	const name = "Function.CurrentVersionOptions."
	if options.CodeSha256 != nil {
		p.add(name+"CodeSha256", "%q was given; leave it out: the siblings have different binaries", *options.CodeSha256)
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
			p.add(name+field.name, "it was given for the version; give Function.%s, which goes to the alias %q that traffic reaches", field.name, liveAlias)
		}
	}
	p.whole(name+"ProvisionedConcurrentExecutions", options.ProvisionedConcurrentExecutions, 1, math.MaxInt32, "executions")
}

// checkLogs refuses CDK's older way to a retention, a Lambda function of its own
// that sets it, and props for log groups that are not made.
func (p *problems) checkLogs(props *DualArchFunctionProps) {
	options := shared(props)
	if options.LogRetention != "" { //nolint:staticcheck // to refuse what is deprecated it has to be read
		p.add("Function.LogRetention", "it was given; give the prop LogRetention, which is that of the log groups made here")
	}
	if options.LogRetentionRole != nil {
		p.add("Function.LogRetentionRole", "it was given; leave it out: the log groups made here need none")
	}
	if options.LogRetentionRetryOptions != nil {
		p.add("Function.LogRetentionRetryOptions", "they were given; leave them out: the log groups made here need none")
	}
	if options.LogRemovalPolicy != "" { //nolint:staticcheck // see above
		p.add("Function.LogRemovalPolicy", "it was given; give the prop LogRemovalPolicy, which is that of the log groups made here")
	}
	if options.LogGroup == nil {
		return
	}
	if props.LogRetention != "" {
		p.add("LogRetention", "%q was given beside Function.LogGroup; set the retention of that log group, or leave the log group out", props.LogRetention)
	}
	if props.LogRemovalPolicy != "" {
		p.add("LogRemovalPolicy", "%q was given beside Function.LogGroup; set the removal policy of that log group, or leave the log group out", props.LogRemovalPolicy)
	}
}

func (p *problems) checkSibling(name string, options *SiblingOptions) {
	p.checkSizes(name, options.MemorySize, options.Timeout, options.EphemeralStorageSize)
	p.whole(name+".ReservedConcurrentExecutions", options.ReservedConcurrentExecutions, 0, math.MaxInt32, "executions")
	p.whole(name+".ProvisionedConcurrentExecutions", options.ProvisionedConcurrentExecutions, 1, math.MaxInt32, "executions")
}

func (p *problems) checkSizes(name string, memory *float64, timeout awscdk.Duration, storage awscdk.Size) {
	p.whole(name+".MemorySize", memory, 128, 10240, "MB")
	p.seconds(name+".Timeout", timeout, 1, 900)
	if storage != nil && !*storage.IsUnresolved() {
		p.whole(name+".EphemeralStorageSize", storage.ToMebibytes(&awscdk.SizeConversionOptions{Rounding: awscdk.SizeRoundingBehavior_NONE}), 512, 10240, "MB")
	}
}

// whole asks for a whole number from least to most, where one is given.
func (p *problems) whole(property string, number *float64, least, most float64, unit string) {
	if number == nil || *awscdk.Token_IsUnresolved(number) {
		return
	}
	if *number == math.Trunc(*number) && *number >= least && *number <= most {
		return
	}
	if most == math.MaxInt32 {
		p.add(property, "%v %s were given; give a whole number, %v or more", *number, unit, least)
	} else {
		p.add(property, "%v %s were given; give a whole number from %v to %v", *number, unit, least, most)
	}
}

// seconds asks for a whole number of seconds from least to most, where a duration
// is given.
func (p *problems) seconds(property string, duration awscdk.Duration, least, most float64) {
	if duration != nil && !*duration.IsUnresolved() {
		p.whole(property, duration.ToSeconds(&awscdk.TimeConversionOptions{Integral: new(bool)}), least, most, "seconds")
	}
}
