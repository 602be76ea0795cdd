package dualarch_test

import (
	"regexp"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdadestinations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

const (
	functionType = "AWS::Lambda::Function"
	aliasType    = "AWS::Lambda::Alias"
)

// codeHash matches the end of a description.
var codeHash = regexp.MustCompile(`code [0-9a-f]{12}\)?$`)

func TestSiblingsDifferInArchitectureOnly(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi, PowerTuning: noTuning,
	})
	require.Equal(t, []string{"Role", "X86Logs", "X86", "X86Live", "Arm64Logs", "Arm64", "Arm64Live"}, children(fn))

	template := synth(t, stack)
	functions := template.ofType(functionType)
	require.Equal(t, []string{"HelloArm64", "HelloX86"}, sorted(functions))
	x86, arm64 := functions["HelloX86"], functions["HelloArm64"]
	require.Equal(t, []any{"x86_64"}, x86["Architectures"])
	require.Equal(t, []any{"arm64"}, arm64["Architectures"])
	require.NotEqual(t, names(x86["Code"]), names(arm64["Code"]))
	require.NotEqual(t, x86["Description"], arm64["Description"], "the code's hash ends it")
	for _, sibling := range functions {
		require.Regexp(t, codeHash, sibling["Description"])
		require.Equal(t, "provided.al2023", sibling["Runtime"])
		require.Equal(t, "bootstrap", sibling["Handler"])
		require.Equal(t, properties{"Mode": "Active"}, sibling["TracingConfig"])
		require.Equal(t, "HelloRole.Arn", names(sibling["Role"]))
	}
	for _, differing := range []string{"Architectures", "Code", "Description", "LoggingConfig"} {
		delete(x86, differing)
		delete(arm64, differing)
	}
	require.Equal(t, x86, arm64)

	require.Equal(t, map[string]properties{
		"HelloX86Logs":   {"RetentionInDays": 30.0},
		"HelloArm64Logs": {"RetentionInDays": 30.0},
	}, template.ofType("AWS::Logs::LogGroup"))
	for _, resource := range template.Resources {
		if resource.Type == "AWS::Logs::LogGroup" {
			require.Equal(t, "Delete", resource.DeletionPolicy)
		}
	}
}

func TestLiveAliasIsOnAPublishedVersion(t *testing.T) {
	stack := newStack(t)
	dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi, PowerTuning: noTuning,
	})
	template := synth(t, stack)
	require.Equal(t, []string{"HelloArm64CurrentVersion", "HelloX86CurrentVersion"}, sorted(template.ofType("AWS::Lambda::Version")))
	aliases := template.ofType(aliasType)
	require.Equal(t, []string{"HelloArm64Live", "HelloX86Live"}, sorted(aliases))
	require.Equal(t, "live", aliases["HelloX86Live"]["Name"])
	require.Equal(t, "HelloX86CurrentVersion.Version", names(aliases["HelloX86Live"]["FunctionVersion"]))
	require.Equal(t, "HelloArm64CurrentVersion.Version", names(aliases["HelloArm64Live"]["FunctionVersion"]))
}

func TestTheRoleMayWriteItsOwnLogsAndTraces(t *testing.T) {
	stack := newStack(t)
	dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi, PowerTuning: noTuning,
	})
	template := synth(t, stack)
	role := template.only(t, "AWS::IAM::Role")
	require.NotContains(t, role, "ManagedPolicyArns")
	require.Equal(t, []any{properties{
		"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": properties{"Service": "lambda.amazonaws.com"},
		"Condition": properties{"StringEquals": properties{"aws:SourceAccount": properties{"Ref": "AWS::AccountId"}}},
	}}, role["AssumeRolePolicyDocument"].(properties)["Statement"])
	require.Equal(t, []string{
		"logs:CreateLogStream logs:PutLogEvents on HelloX86Logs.Arn",
		"xray:PutTraceSegments xray:PutTelemetryRecords on *",
		"logs:CreateLogStream logs:PutLogEvents on HelloArm64Logs.Arn",
	}, statements(template.only(t, "AWS::IAM::Policy")))
}

// statements returns what a policy allows.
func statements(policy properties) []string {
	var all []string
	for _, one := range policy["PolicyDocument"].(properties)["Statement"].([]any) {
		statement := one.(properties)
		all = append(all, names(statement["Action"])+" on "+names(statement["Resource"]))
	}
	return all
}

func TestSiblingOptionsAreLaidOverTheSharedOnes(t *testing.T) {
	stack := newStack(t)
	options := &awslambda.FunctionOptions{
		MemorySize:                   jsii.Number(512),
		Timeout:                      awscdk.Duration_Seconds(jsii.Number(10)),
		Environment:                  &map[string]*string{"AA": jsii.String("shared"), "BB": jsii.String("shared")},
		Layers:                       &[]awslambda.ILayerVersion{layer(stack, "Shared")},
		ReservedConcurrentExecutions: jsii.Number(5),
		FunctionName:                 jsii.String("hello"),
		Description:                  jsii.String("Says nothing"),
		Tracing:                      awslambda.Tracing_DISABLED,
	}
	before := *options
	dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code:     hello,
		Function: options,
		Arm64: &dualarch.SiblingOptions{
			MemorySize:                      jsii.Number(1024),
			Timeout:                         awscdk.Duration_Seconds(jsii.Number(20)),
			EphemeralStorageSize:            awscdk.Size_Gibibytes(jsii.Number(1)),
			Environment:                     &map[string]*string{"BB": jsii.String("own"), "CC": jsii.String("own")},
			Layers:                          &[]awslambda.ILayerVersion{layer(stack, "Own")},
			ReservedConcurrentExecutions:    jsii.Number(7),
			ProvisionedConcurrentExecutions: jsii.Number(2),
		},
		LogRetention:     awslogs.RetentionDays_ONE_WEEK,
		LogRemovalPolicy: awscdk.RemovalPolicy_RETAIN,
		Api:              noApi, PowerTuning: noTuning,
	})
	require.Equal(t, before, *options, "the caller's options were changed")
	require.Equal(t, []string{"AA", "BB"}, sorted(*options.Environment), "the caller's map was changed")
	require.Equal(t, "shared", *(*options.Environment)["BB"])
	require.Len(t, *options.Layers, 1, "the caller's slice was changed")

	template := synth(t, stack)
	x86, arm64 := template.ofType(functionType)["HelloX86"], template.ofType(functionType)["HelloArm64"]
	for _, want := range []struct {
		property   string
		x86, arm64 any
	}{
		{"MemorySize", 512.0, 1024.0},
		{"Timeout", 10.0, 20.0},
		{"EphemeralStorage", nil, properties{"Size": 1024.0}},
		{"Environment", properties{"Variables": properties{"AA": "shared", "BB": "shared"}},
			properties{"Variables": properties{"AA": "shared", "BB": "own", "CC": "own"}}},
		{"Layers", []any{layerArn("Shared")}, []any{layerArn("Shared"), layerArn("Own")}},
		{"ReservedConcurrentExecutions", 5.0, 7.0},
		{"FunctionName", "hello-x86_64", "hello-arm64"},
		{"TracingConfig", nil, nil},
	} {
		require.Equal(t, want.x86, x86[want.property], want.property)
		require.Equal(t, want.arm64, arm64[want.property], want.property)
	}
	require.Regexp(t, `^Says nothing \(code [0-9a-f]{12}\)$`, x86["Description"])
	require.NotContains(t, template.ofType(aliasType)["HelloX86Live"], "ProvisionedConcurrencyConfig")
	require.Equal(t, properties{"ProvisionedConcurrentExecutions": 2.0}, template.ofType(aliasType)["HelloArm64Live"]["ProvisionedConcurrencyConfig"])
	for _, resource := range template.Resources {
		if resource.Type == "AWS::Logs::LogGroup" {
			require.Equal(t, 7.0, resource.Properties["RetentionInDays"])
			require.Equal(t, "Retain", resource.DeletionPolicy)
		}
	}
}

func layerArn(name string) string {
	return "arn:aws:lambda:us-east-1:123456789012:layer:" + name + ":1"
}

func layer(stack awscdk.Stack, name string) awslambda.ILayerVersion {
	return awslambda.LayerVersion_FromLayerVersionArn(stack, jsii.String(name), jsii.String(layerArn(name)))
}

func TestEventsAndDestinationsMeetTheAlias(t *testing.T) {
	stack := newStack(t)
	orders := awssqs.NewQueue(stack, jsii.String("Orders"), nil)
	failed := awssqs.NewQueue(stack, jsii.String("Failed"), nil)
	done := awssqs.NewQueue(stack, jsii.String("Done"), nil)
	version := &awslambda.VersionOptions{
		Description:                     jsii.String("the version"),
		ProvisionedConcurrentExecutions: jsii.Number(3),
	}
	dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello,
		Function: &awslambda.FunctionOptions{
			Events:                &[]awslambda.IEventSource{awslambdaeventsources.NewSqsEventSource(orders, nil)},
			OnFailure:             awslambdadestinations.NewSqsDestination(failed),
			OnSuccess:             awslambdadestinations.NewSqsDestination(done),
			RetryAttempts:         jsii.Number(0),
			MaxEventAge:           awscdk.Duration_Minutes(jsii.Number(5)),
			CurrentVersionOptions: version,
		},
		Primary: awslambda.Architecture_X86_64(),
		Api:     noApi, PowerTuning: noTuning,
	})
	require.Equal(t, 3.0, *version.ProvisionedConcurrentExecutions, "the caller's options were changed")

	template := synth(t, stack)
	mapping := template.only(t, "AWS::Lambda::EventSourceMapping")
	require.Equal(t, "HelloX86Live[6]:live", names(mapping["FunctionName"]), "the primary's alias")

	configs := template.ofType("AWS::Lambda::EventInvokeConfig")
	require.Len(t, configs, 2)
	var qualifiers []string
	for _, config := range configs {
		qualifiers = append(qualifiers, names(config["Qualifier"]))
		require.Equal(t, 0.0, config["MaximumRetryAttempts"])
		require.Equal(t, 300.0, config["MaximumEventAgeInSeconds"])
		destinations := config["DestinationConfig"].(properties)
		require.Equal(t, "Failed.Arn", names(destinations["OnFailure"].(properties)["Destination"]))
		require.Equal(t, "Done.Arn", names(destinations["OnSuccess"].(properties)["Destination"]))
	}
	require.ElementsMatch(t, []string{"HelloX86Live[7]", "HelloArm64Live[7]"}, qualifiers, "the seventh part of an alias's ARN is its name")
	for _, alias := range template.ofType(aliasType) {
		require.Equal(t, properties{"ProvisionedConcurrentExecutions": 3.0}, alias["ProvisionedConcurrencyConfig"])
	}
	for _, published := range template.ofType("AWS::Lambda::Version") {
		require.Equal(t, "the version", published["Description"])
		require.NotContains(t, published, "ProvisionedConcurrencyConfig")
	}
}

func TestGivenRoleAndLogGroupStayTheirOwners(t *testing.T) {
	stack := newStack(t)
	group := awslogs.NewLogGroup(stack, jsii.String("Group"), nil)
	role := awsiam.NewRole(stack, jsii.String("Given"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code:     hello,
		Function: &awslambda.FunctionOptions{Role: role, LogGroup: group},
		Api:      noApi, PowerTuning: noTuning,
	})
	requirePath(t, "Demo/Given", fn.Role())
	requirePath(t, "Demo/Group", fn.LogGroup(awslambda.Architecture_ARM_64()))

	template := synth(t, stack)
	for _, function := range template.ofType(functionType) {
		require.Equal(t, "Given.Arn", names(function["Role"]))
		require.Equal(t, "Group", names(function["LoggingConfig"].(properties)["LogGroup"]))
	}
	require.Equal(t, []string{"xray:PutTraceSegments xray:PutTelemetryRecords on *"}, statements(template.only(t, "AWS::IAM::Policy")))
}

func TestGivenLogGroupMayBeOfAnyKind(t *testing.T) {
	stack := newStack(t)
	group := awslogs.NewCfnLogGroup(stack, jsii.String("Group"), nil)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code:     hello,
		Function: &awslambda.FunctionOptions{LogGroup: group},
		Api:      noApi, PowerTuning: noTuning,
	})
	require.NotNil(t, fn.LogGroup(awslambda.Architecture_X86_64()))
	require.Len(t, synth(t, stack).ofType("AWS::Logs::LogGroup"), 1)
}
