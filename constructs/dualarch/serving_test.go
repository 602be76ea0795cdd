package dualarch_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// allAtOnce leaves CodeDeploy out of tests of something else.
var allAtOnce = &dualarch.DeploymentOptions{AllAtOnce: jsii.Bool(true)}

// requireKept compares a template with the one before. Every resource is still there, and only what is expected of a
// conversion has changed.
func requireKept(t *testing.T, before, after template) {
	t.Helper()
	for id, was := range before.Resources {
		require.Contains(t, after.Resources, id, "%s would be deleted", was.Type)
		is := after.Resources[id]
		require.Equal(t, was.Type, is.Type, id)
		old, now := maps.Clone(was.Properties), maps.Clone(is.Properties)
		switch was.Type {
		case functionType:
			require.Equal(t, []any{"x86_64"}, now["Architectures"])
			require.Regexp(t, `^Takes orders \(x86_64 code [0-9a-f]{12}, arm64 code [0-9a-f]{12}\)$`, now["Description"])
			for _, changed := range []string{"Architectures", "Description", "Code"} {
				delete(old, changed)
				delete(now, changed)
			}
		case "AWS::Lambda::EventSourceMapping":
			require.Regexp(t, `Live\[6\]:live$`, names(now["FunctionName"]))
			delete(old, "FunctionName")
			delete(now, "FunctionName")
		case "AWS::IAM::Policy":
			// Granting to invoke every version is narrowed down to the alias.
			kept := slices.DeleteFunc(statements(old), func(s string) bool { return s == "lambda:InvokeFunction on Orders.Arn Orders.Arn:*" })
			require.Subset(t, statements(now), kept, id)
			continue
		}
		require.Equal(t, old, now, id)
	}
}

func TestAFunctionInProductionIsAdopted(t *testing.T) {
	before := newProduction(t, nil)
	before.plain(before.stack, "Orders")
	was := synth(t, before.stack)

	after := newProduction(t, nil)
	fn := after.converted(&dualarch.ServingOptions{Deployment: allAtOnce})
	is := synth(t, after.stack)
	requireKept(t, was, is)

	serving := is.ofType(functionType)["Orders"]
	require.Equal(t, "orders", serving["FunctionName"])
	require.NotContains(t, serving, "LoggingConfig")
	require.NotContains(t, serving, "TracingConfig")
	require.Equal(t, []string{"Orders", "OrdersArm64", "OrdersX86"}, sorted(is.ofType(functionType)))
	for id, sibling := range is.ofType(functionType) {
		if id == "Orders" {
			continue
		}
		require.Equal(t, map[string]any{"OrdersX86": "orders-x86_64", "OrdersArm64": "orders-arm64"}[id], sibling["FunctionName"])
		require.NotContains(t, sibling, "ReservedConcurrentExecutions")
		require.NotContains(t, sibling, "DeadLetterConfig")
		require.Equal(t, names(serving["Role"]), names(sibling["Role"]))
	}
	require.Len(t, is.ofType("AWS::IAM::Role"), len(was.ofType("AWS::IAM::Role")), "one role for all")
	require.Len(t, is.ofType("AWS::Lambda::EventSourceMapping"), 3)
	require.Len(t, is.ofType(aliasType), 3)
	require.Equal(t, "OrdersCurrentVersion.Version", names(is.ofType(aliasType)["OrdersLive"]["FunctionVersion"]))
	require.Equal(t, serving["Description"], is.ofType("AWS::Lambda::Version")["OrdersCurrentVersion"]["Description"])

	// Asynchronous settings and permissions stand on $LATEST and on the alias.
	var qualifiers []string
	for _, config := range is.ofType("AWS::Lambda::EventInvokeConfig") {
		qualifiers = append(qualifiers, names(config["Qualifier"]))
		require.Equal(t, 1.0, config["MaximumRetryAttempts"])
	}
	require.ElementsMatch(t, []string{"$LATEST", "OrdersLive[7]"}, qualifiers)
	var permitted []string
	for _, permission := range is.ofType("AWS::Lambda::Permission") {
		permitted = append(permitted, names(permission["FunctionName"]))
	}
	require.ElementsMatch(t, []string{"Orders.Arn", "Orders.Arn", "OrdersLive"}, permitted, "the rule's, and the service's on both")
	require.Equal(t, []string{"lambda:InvokeFunction on Orders.Arn", "lambda:InvokeFunction on OrdersLive"},
		invokeStatements(is.ofType("AWS::IAM::Policy")["CallerDefaultPolicy"]))

	requirePath(t, "Shop/Orders/Default", fn.Serving())
	requirePath(t, "Shop/Orders/Live", fn.LiveServing())
	requirePath(t, "Shop/Orders/Default/ServiceRole", fn.Role())
	require.Equal(t, "/aws/lambda/Orders", names(after.stack.Resolve(fn.LogGroup(nil).LogGroupName())))
}

// invokeStatements returns one line for each resource of the statements that allow to invoke.
func invokeStatements(policy properties) []string {
	var all []string
	for _, statement := range statements(policy) {
		for resource := range strings.SplitSeq(strings.TrimPrefix(statement, "lambda:InvokeFunction on "), " ") {
			all = append(all, "lambda:InvokeFunction on "+resource)
		}
	}
	return all
}

// The same with CDK's own log group, which the feature flag makes, and in the end without siblings.
func TestNoIdChangesToServingOnly(t *testing.T) {
	flag := map[string]any{"@aws-cdk/aws-lambda:useCdkManagedLogGroup": true}
	before := newProduction(t, flag)
	before.plain(before.stack, "Orders")
	was := synth(t, before.stack)

	after := newProduction(t, flag)
	after.converted(&dualarch.ServingOptions{Deployment: allAtOnce})
	serving := synth(t, after.stack)
	requireKept(t, was, serving)

	last := newProduction(t, flag)
	fn := last.converted(&dualarch.ServingOptions{Only: jsii.Bool(true), Deployment: allAtOnce})
	require.Nil(t, fn.X86())
	require.Nil(t, fn.Arm64())
	require.Nil(t, fn.PowerTuning())
	require.Equal(t, `DualArchFunction "Shop/Orders" has no sibling for Live(arm64): it has the serving function only (Serving.Only)`,
		recovered(t, func() { fn.Live(awslambda.Architecture_ARM_64()) }))
	requirePath(t, "Shop/Orders/Default/LogGroup", fn.LogGroup(nil))
	only := synth(t, last.stack)
	requireKept(t, was, only)
	var gone []string
	for id, r := range serving.Resources {
		if _, is := only.Resources[id]; !is {
			gone = append(gone, plain(id))
			continue
		}
		if r.Type != "AWS::IAM::Policy" {
			require.Equal(t, r.Properties, only.Resources[id].Properties, id)
		}
	}
	slices.Sort(gone)
	require.Equal(t, []string{
		"OrdersArm64", "OrdersArm64CurrentVersion", "OrdersArm64Live", "OrdersArm64Logs", "OrdersArm64SecurityGroup",
		"OrdersX86", "OrdersX86CurrentVersion", "OrdersX86Live", "OrdersX86Logs", "OrdersX86SecurityGroup",
	}, gone)
	require.Len(t, only.Resources, len(serving.Resources)-len(gone))
}

// A change of Primary keeps every id and changes one function alone, in place.
func TestAChangeOfPrimaryReplacesNothing(t *testing.T) {
	templates := map[string]template{}
	for name, arch := range map[string]awslambda.Architecture{"x86_64": awslambda.Architecture_X86_64(), "arm64": awslambda.Architecture_ARM_64()} {
		stack := newStack(t)
		fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
			Code: hello, Primary: arch, PowerTuning: noTuning,
			Arm64:   &dualarch.SiblingOptions{MemorySize: jsii.Number(1024)},
			Serving: &dualarch.ServingOptions{Deployment: allAtOnce},
		})
		fn.AddEventSource(awslambdaeventsources.NewSqsEventSource(awssqs.NewQueue(stack, jsii.String("Orders"), nil), nil))
		fn.AddEventSource(awslambdaeventsources.NewSnsEventSource(awssns.NewTopic(stack, jsii.String("Topic"), nil), nil))
		fn.LiveServing().AddFunctionUrl(nil)
		templates[name] = synth(t, stack)
	}
	x86, arm64 := templates["x86_64"], templates["arm64"]
	require.Equal(t, []string{
		"ANY / AWS_IAM HelloLive",
		"ANY /arm64 AWS_IAM HelloArm64Live", "ANY /arm64/{proxy+} AWS_IAM HelloArm64Live",
		"ANY /x86_64 AWS_IAM HelloX86Live", "ANY /x86_64/{proxy+} AWS_IAM HelloX86Live",
		"ANY /{proxy+} AWS_IAM HelloLive",
	}, x86.routes())
	for id, was := range x86.Resources {
		if was.Type == "AWS::Lambda::Version" {
			continue // a new one is published
		}
		require.Contains(t, arm64.Resources, id)
		is := arm64.Resources[id]
		switch plain(id) {
		case "Hello":
			require.Equal(t, []any{"arm64"}, is.Properties["Architectures"])
			require.Equal(t, 1024.0, is.Properties["MemorySize"], "the arm64 sibling's")
			require.NotContains(t, was.Properties, "MemorySize")
		case "HelloLive":
		default:
			require.Equal(t, was.Properties, is.Properties, id)
		}
	}
	require.Equal(t, "HelloLive", names(x86.only(t, "AWS::SNS::Subscription")["Endpoint"]))
}

func TestOptionsOfTheServingFunction(t *testing.T) {
	stack := newStack(t)
	vpc := awsec2.NewVpc(stack, jsii.String("Vpc"), nil)
	group := awslogs.NewLogGroup(stack, jsii.String("Group"), nil)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Primary: awslambda.Architecture_X86_64(), PowerTuning: noTuning, Api: noApi,
		Function: &awslambda.FunctionOptions{
			FunctionName: jsii.String(strings.Repeat("n", 64)), Vpc: vpc, LogGroup: group, MemorySize: jsii.Number(256),
			CurrentVersionOptions: &awslambda.VersionOptions{ProvisionedConcurrentExecutions: jsii.Number(2), Description: jsii.String("the version")},
		},
		Serving: &dualarch.ServingOptions{
			MemorySize: jsii.Number(2048), Alias: &dualarch.ServingAliasOptions{Name: jsii.String("prod")}, Deployment: allAtOnce,
		},
	})
	fn.AddEnvironment(jsii.String("TABLE"), jsii.String("orders"), nil)
	require.Len(t, *fn.Connections().SecurityGroups(), 3)
	requirePath(t, "Demo/Group", fn.LogGroup(nil))
	fn.MetricErrors(nil).CreateAlarm(stack, jsii.String("Errors"), &awscloudwatch.CreateAlarmOptions{Threshold: jsii.Number(1), EvaluationPeriods: jsii.Number(1)})

	template := synth(t, stack)
	functions := template.ofType(functionType)
	require.Equal(t, 2048.0, functions["Hello"]["MemorySize"])
	require.Equal(t, 256.0, functions["HelloX86"]["MemorySize"])
	for id, function := range functions {
		require.Equal(t, "orders", function["Environment"].(properties)["Variables"].(properties)["TABLE"])
		require.Equal(t, id == "Hello", function["FunctionName"] != nil, "there is no room for a suffix")
	}
	aliases := template.ofType(aliasType)
	require.Equal(t, "prod", aliases["HelloLive"]["Name"])
	require.Equal(t, "live", aliases["HelloX86Live"]["Name"])
	require.Equal(t, properties{"ProvisionedConcurrentExecutions": 2.0}, aliases["HelloLive"]["ProvisionedConcurrencyConfig"])
	require.NotContains(t, aliases["HelloX86Live"], "ProvisionedConcurrencyConfig")
	require.Regexp(t, `^the version \(x86_64 code [0-9a-f]{12}, arm64 code [0-9a-f]{12}\)$`, template.ofType("AWS::Lambda::Version")["HelloCurrentVersion"]["Description"])
	queries := template.ofType("AWS::CloudWatch::Alarm")["Errors"]["Metrics"].([]any)
	require.Equal(t, "serving", queries[0].(properties)["Expression"])
	var dimensions []string
	for _, dimension := range queries[1].(properties)["MetricStat"].(properties)["Metric"].(properties)["Dimensions"].([]any) {
		dimensions = append(dimensions, names(dimension.(properties)["Value"]))
	}
	require.Equal(t, []string{"Hello", "Hello:prod"}, dimensions)
}

func TestWithoutServingThereIsNone(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: &dualarch.ApiOptions{Authorizer: awsapigatewayv2.NewHttpNoneAuthorizer()}, PowerTuning: noTuning,
	})
	require.Nil(t, fn.Serving())
	require.Nil(t, fn.LiveServing())
}
