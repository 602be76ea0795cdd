package dualarch_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

func integration(fn dualarch.DualArchFunction) awsapigatewayv2.HttpRouteIntegration {
	return awsapigatewayv2integrations.NewHttpLambdaIntegration(jsii.String("Integration"), fn.Live(fn.Primary()), nil)
}

func TestGrantsReachBothSiblings(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: &dualarch.ApiOptions{SubPaths: jsii.Strings("/", "/count")}, PowerTuning: noTuning,
	})
	caller := awsiam.NewUser(stack, jsii.String("Caller"), nil)
	fn.GrantInvoke(caller)
	browser := awsiam.NewUser(stack, jsii.String("Browser"), nil)
	fn.GrantInvokeApi(browser)
	table := awsdynamodb.NewTable(stack, jsii.String("Table"), &awsdynamodb.TableProps{
		PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("id"), Type: awsdynamodb.AttributeType_STRING},
	})
	table.Grant(fn, jsii.String("dynamodb:GetItem"))

	policies := synth(t, stack).ofType("AWS::IAM::Policy")
	require.Equal(t, []string{
		"lambda:InvokeFunction on HelloX86Live",
		"lambda:InvokeFunction on HelloArm64Live",
	}, statements(policies["CallerDefaultPolicy"]))
	const api = "execute-api:Invoke on arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:HelloApiHttpApi"
	require.Equal(t, []string{
		api + "/*/*/x86_64",
		api + "/*/*/x86_64/count",
		api + "/*/*/arm64",
		api + "/*/*/arm64/count",
		api + "/*/*/",
		api + "/*/*/count",
	}, statements(policies["BrowserDefaultPolicy"]))
	require.Contains(t, statements(policies["HelloRoleDefaultPolicy"]), "dynamodb:GetItem on Table.Arn", "a role of both siblings")
}

func TestGrantInvokeApiWithoutAnApi(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi, PowerTuning: noTuning,
	})
	require.Equal(t, `DualArchFunction "Demo/Hello" has no API for GrantInvokeApi: leave Api.Disabled out, or use GrantInvoke`,
		recovered(t, func() { fn.GrantInvokeApi(fn) }))
}

func TestGrantInvokeApiWithoutIam(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: &dualarch.ApiOptions{Authorizer: awsapigatewayv2.NewHttpNoneAuthorizer()}, PowerTuning: noTuning,
	})
	require.Contains(t, recovered(t, func() { fn.GrantInvokeApi(fn) }), "To use grantInvoke, you must use IAM authorization")
}

func TestEnvironmentEventsAndMetrics(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi, PowerTuning: noTuning,
	})
	require.Equal(t, fn, fn.AddEnvironment(jsii.String("TABLE"), jsii.String("orders"), nil))
	fn.AddEventSource(awslambdaeventsources.NewSqsEventSource(awssqs.NewQueue(stack, jsii.String("Orders"), nil), nil))
	for _, metric := range []awscloudwatch.MathExpression{
		fn.MetricInvocations(nil),
		fn.MetricErrors(&awscloudwatch.MetricOptions{Label: jsii.String("Mistakes"), Period: awscdk.Duration_Minutes(jsii.Number(1))}),
		fn.MetricThrottles(nil),
		fn.MetricDuration(&awscloudwatch.MetricOptions{Statistic: jsii.String("p95")}),
	} {
		metric.CreateAlarm(stack, jsii.String(*metric.Label()), &awscloudwatch.CreateAlarmOptions{
			Threshold: jsii.Number(1), EvaluationPeriods: jsii.Number(1),
		})
	}

	template := synth(t, stack)
	for _, function := range template.ofType(functionType) {
		require.Equal(t, properties{"Variables": properties{"TABLE": "orders"}}, function["Environment"])
	}
	require.Equal(t, "HelloArm64Live[6]:live", names(template.only(t, "AWS::Lambda::EventSourceMapping")["FunctionName"]))

	alarms := template.ofType("AWS::CloudWatch::Alarm")
	require.Equal(t, []string{"Duration", "Invocations", "Mistakes", "Throttles"}, sorted(alarms))
	for label, want := range map[string]struct {
		metric, expression, statistic string
		period                        float64
	}{
		"Invocations": {"Invocations", "SUM([x86,arm64])", "Sum", 300},
		"Mistakes":    {"Errors", "SUM([x86,arm64])", "Sum", 60},
		"Throttles":   {"Throttles", "SUM([x86,arm64])", "Sum", 300},
		"Duration":    {"Duration", "MAX([x86,arm64])", "p95", 300},
	} {
		queries := alarms[label]["Metrics"].([]any)
		require.Len(t, queries, 3)
		require.Equal(t, want.expression, queries[0].(properties)["Expression"])
		for _, one := range queries[1:] {
			query := one.(properties)
			name := "Hello" + map[any]string{"x86": "X86", "arm64": "Arm64"}[query["Id"]]
			stat := query["MetricStat"].(properties)
			require.Equal(t, want.statistic, stat["Stat"])
			require.Equal(t, want.period, stat["Period"])
			require.Equal(t, want.metric, stat["Metric"].(properties)["MetricName"])
			var dimensions []string
			for _, dimension := range stat["Metric"].(properties)["Dimensions"].([]any) {
				dimensions = append(dimensions, names(dimension.(properties)["Value"]))
			}
			require.Equal(t, name+" "+name+":live", strings.Join(dimensions, " "))
		}
	}
}

func TestConnections(t *testing.T) {
	stack := newStack(t)
	vpc := awsec2.NewVpc(stack, jsii.String("Vpc"), nil)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code:     hello,
		Function: &awslambda.FunctionOptions{Vpc: vpc},
		Api:      noApi, PowerTuning: noTuning,
	})
	// CDK takes the construct itself as a connectable.
	database := awsec2.NewSecurityGroup(stack, jsii.String("Database"), &awsec2.SecurityGroupProps{Vpc: vpc})
	database.Connections().AllowFrom(fn, awsec2.Port_Tcp(jsii.Number(5432)), nil)

	template := synth(t, stack)
	var sources []string
	for _, rule := range template.ofType("AWS::EC2::SecurityGroupIngress") {
		sources = append(sources, names(rule["SourceSecurityGroupId"]))
	}
	require.ElementsMatch(t, []string{"HelloX86SecurityGroup.GroupId", "HelloArm64SecurityGroup.GroupId"}, sources)
	require.Contains(t, statements(template.ofType("AWS::IAM::Policy")["HelloRoleDefaultPolicy"]),
		"ec2:CreateNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:DeleteNetworkInterface ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses on *")
}

func TestConnectionsOutsideAVpc(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi, PowerTuning: noTuning,
	})
	require.Equal(t, `DualArchFunction "Demo/Hello" has no Connections: give Function.Vpc`, recovered(t, func() { fn.Connections() }))
}

func TestUnknownArchitecture(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi, PowerTuning: noTuning,
	})
	require.Equal(t, `DualArchFunction "Demo/Hello" has no sibling for Live(nil): give awslambda.Architecture_X86_64() or awslambda.Architecture_ARM_64()`,
		recovered(t, func() { fn.Live(nil) }))
	require.Equal(t, `DualArchFunction "Demo/Hello" has no sibling for LogGroup(riscv64): give awslambda.Architecture_X86_64() or awslambda.Architecture_ARM_64()`,
		recovered(t, func() { fn.LogGroup(awslambda.Architecture_Custom(jsii.String("riscv64"), nil)) }))
}
