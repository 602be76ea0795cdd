package dualarch_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/constructs/powertuning"
)

func TestCodeDeployMovesTheAlias(t *testing.T) {
	stack := newStack(t)
	queue := awscloudwatch.NewAlarm(stack, jsii.String("Late"), &awscloudwatch.AlarmProps{
		Metric:    awscloudwatch.NewMetric(&awscloudwatch.MetricProps{Namespace: jsii.String("Shop"), MetricName: jsii.String("Late")}),
		Threshold: jsii.Number(1), EvaluationPeriods: jsii.Number(1),
	})
	for id, options := range map[string]*dualarch.DeploymentOptions{
		"Hello": nil,
		"Slow":  {Config: jsii.String("CodeDeployDefault.LambdaLinear10PercentEvery10Minutes"), NoDefaultAlarms: jsii.Bool(true), Alarms: &[]awscloudwatch.IAlarm{queue}},
		"Once":  allAtOnce,
	} {
		dualarch.NewDualArchFunction(stack, jsii.String(id), &dualarch.DualArchFunctionProps{
			Code: hello, Primary: awslambda.Architecture_X86_64(), Api: noApi, PowerTuning: noTuning, Serving: &dualarch.ServingOptions{Deployment: options},
		})
	}
	template := synth(t, stack)
	require.Equal(t, properties{"ComputePlatform": "Lambda"}, template.only(t, "AWS::CodeDeploy::Application"), "one for all functions of the stack")

	groups := template.ofType("AWS::CodeDeploy::DeploymentGroup")
	require.Equal(t, []string{"HelloDeploymentGroup", "SlowDeploymentGroup"}, sorted(groups))
	group := groups["HelloDeploymentGroup"]
	require.Equal(t, "DualArchDeployments", names(group["ApplicationName"]))
	require.Equal(t, "CodeDeployDefault.LambdaCanary10Percent5Minutes", group["DeploymentConfigName"])
	require.Equal(t, properties{"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"}, group["DeploymentStyle"])
	require.Equal(t, properties{"Enabled": true, "Events": []any{"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"}}, group["AutoRollbackConfiguration"])
	require.Equal(t, []string{"HelloErrorsAlarm", "HelloThrottlesAlarm"}, alarmsOf(group))
	require.Equal(t, "CodeDeployDefault.LambdaLinear10PercentEvery10Minutes", groups["SlowDeploymentGroup"]["DeploymentConfigName"])
	require.Equal(t, []string{"Late"}, alarmsOf(groups["SlowDeploymentGroup"]))

	updates := map[string]string{}
	for id, resource := range template.Resources {
		if resource.UpdatePolicy == nil {
			continue
		}
		require.Equal(t, aliasType, resource.Type)
		update := resource.UpdatePolicy["CodeDeployLambdaAliasUpdate"].(properties)
		require.Len(t, update, 2, "no hook")
		require.Contains(t, plainAll(resource.DependsOn), strings.TrimSuffix(plain(id), "Live")+"DeploymentGroup")
		updates[plain(id)] = names(update["ApplicationName"]) + "/" + names(update["DeploymentGroupName"])
	}
	require.Equal(t, map[string]string{
		"HelloLive": "DualArchDeployments/HelloDeploymentGroup", "SlowLive": "DualArchDeployments/SlowDeploymentGroup",
	}, updates)

	for id, resource := range template.Resources {
		if resource.Type == "AWS::CodeDeploy::DeploymentGroup" {
			require.Contains(t, plainAll(resource.DependsOn), strings.TrimSuffix(plain(id), "Group")+"RoleDefaultPolicy", "CodeDeploy may move the alias first")
		}
	}

	alarms := template.ofType("AWS::CloudWatch::Alarm")
	for id, dimensions := range map[string]map[string]string{
		"HelloErrorsAlarm":    {"FunctionName": "Hello", "Resource": "Hello:live", "ExecutedVersion": "HelloCurrentVersion.Version"},
		"HelloThrottlesAlarm": {"FunctionName": "Hello", "Resource": "Hello:live"},
	} {
		alarm, found := alarms[id], map[string]string{}
		for _, one := range alarm["Dimensions"].([]any) {
			found[one.(properties)["Name"].(string)] = names(one.(properties)["Value"])
		}
		require.Equal(t, dimensions, found)
		require.NotContains(t, alarm, "Metrics", "no metric math")
		require.Equal(t, "notBreaching", alarm["TreatMissingData"])
		require.Equal(t, "GreaterThanOrEqualToThreshold", alarm["ComparisonOperator"])
		require.Equal(t, []any{"AWS/Lambda", "Sum", 60.0, 1.0, 1.0}, []any{alarm["Namespace"], alarm["Statistic"], alarm["Period"], alarm["Threshold"], alarm["EvaluationPeriods"]})
	}
	require.Len(t, alarms, 3)

	require.Equal(t, []string{
		"lambda:GetAlias lambda:GetProvisionedConcurrencyConfig lambda:UpdateAlias on Hello.Arn Hello.Arn:live",
		"cloudwatch:DescribeAlarms on HelloErrorsAlarm.Arn HelloThrottlesAlarm.Arn",
	}, statements(template.ofType("AWS::IAM::Policy")["HelloDeploymentRoleDefaultPolicy"]))
	trusted := names(template.ofType("AWS::IAM::Role")["HelloDeploymentRole"]["AssumeRolePolicyDocument"])
	require.Contains(t, trusted, `"Service":"codedeploy.amazonaws.com"`)
	require.Contains(t, trusted, `:deploymentgroup:`)
	require.Contains(t, trusted, `"aws:SourceAccount":{"Ref":"AWS::AccountId"}`)
}

func alarmsOf(group properties) []string {
	var all []string
	for _, alarm := range group["AlarmConfiguration"].(properties)["Alarms"].([]any) {
		all = append(all, names(alarm.(properties)["Name"]))
	}
	return all
}

// Each form of a serving function passes cdk-nag and cfn-lint.
func TestServingIsClean(t *testing.T) {
	dir := t.TempDir()
	for name, serving := range map[string]*dualarch.ServingOptions{
		"serving":     {},
		"all at once": {Deployment: allAtOnce},
		"only":        {Only: jsii.Bool(true)},
		"checked":     {Check: &dualarch.CheckOptions{Payloads: &[]any{map[string]any{"order": 1}}}},
		"adopted": {Adopt: &dualarch.AdoptOptions{Function: jsii.String("OldOrders12345678")}, Check: &dualarch.CheckOptions{
			Payloads: &[]any{strings.Repeat("long ", 1000)}, // in a layer
		}},
	} {
		t.Run(name, func(t *testing.T) {
			production := newProduction(t, nil)
			fn := production.converted(serving)
			require.Equal(t, "[]", nagged(t, production.stack, fn))

			assembly := awscdk.App_Of(production.stack).Synth(nil)
			template, err := os.ReadFile(*assembly.GetStackArtifact(production.stack.ArtifactId()).TemplateFullPath())
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, name+".template.json"), template, 0o600))
		})
	}
	templates, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Len(t, templates, 5)
	requireLinted(t, templates...)
}

// nagged returns what cdk-nag finds below a construct.
func nagged(t *testing.T, stack awscdk.Stack, below constructs.IConstruct) string {
	t.Helper()
	awscdk.Aspects_Of(below).Add(cdknag.NewAwsSolutionsChecks(nil), nil)
	found := assertions.Annotations_FromStack(stack).FindError(jsii.String("*"), assertions.Match_StringLikeRegexp(jsii.String("AwsSolutions-")))
	text, err := json.MarshalIndent(found, "", " ")
	require.NoError(t, err)
	return string(text)
}

// Of the function as it was, cdk-nag finds what the conversion explains.
func TestNagFindsManagedPolicies(t *testing.T) {
	production := newProduction(t, nil)
	require.Contains(t, nagged(t, production.stack, production.plain(production.stack, "Orders")), "AwsSolutions-IAM4")
}

// requireLinted has cfn-lint judge templates.
func requireLinted(t *testing.T, files ...string) {
	t.Helper()
	program, err := filepath.Abs("../../.venv/bin/cfn-lint")
	require.NoError(t, err)
	_, err = os.Stat(program)
	require.NoError(t, err, "make installs it")
	output, err := exec.Command(program, append([]string{"--regions", "us-east-1", "--non-zero-exit-code", "error"}, files...)...).CombinedOutput()
	require.NoError(t, err, "cfn-lint says:\n%s", output)
}

// What a tuning stack of the function's own, or a shared one, gives its targets is what the check sends too.
func TestTheCheckSendsWhatTheTunerDoes(t *testing.T) {
	given := &powertuning.PowerTuningProps{
		Payload: "p", TenantId: jsii.String("blue"), TunerBinary: tuningProps(t).TunerBinary,
		CompareResponses: &powertuning.CompareResponses{Ignore: jsii.Strings("/elapsed")},
	}
	stack := newStack(t)
	for id, options := range map[string]*dualarch.PowerTuningOptions{
		"Own":    {Props: given},
		"Shared": {Shared: powertuning.NewPowerTuning(stack, jsii.String("Tuning"), given)},
		"Other":  {Shared: powertuning.NewPowerTuning(stack, jsii.String("Another"), given), Payload: "q", TenantId: jsii.String("green")},
	} {
		dualarch.NewDualArchFunction(stack, jsii.String(id), &dualarch.DualArchFunctionProps{
			Code: hello, Primary: awslambda.Architecture_X86_64(), Api: noApi, PowerTuning: options, Serving: &dualarch.ServingOptions{},
			Function: &awslambda.FunctionOptions{TenancyConfig: awslambda.TenancyConfig_PER_TENANT()},
		})
	}
	functions := synth(t, stack).ofType(functionType)
	for id, want := range map[string]string{
		"Own":    `{"function":"Own.Arn","payloads":["p"],"tenantId":"blue","ignore":["/elapsed"]}`,
		"Shared": `{"function":"Shared.Arn","payloads":["p"],"tenantId":"blue","ignore":["/elapsed"]}`,
		"Other":  `{"function":"Other.Arn","payloads":["q"],"tenantId":"green","ignore":["/elapsed"]}`,
	} {
		require.Equal(t, want, names(functions[id+"Check"]["Environment"].(properties)["Variables"].(properties)["DUALARCH_CHECK"]))
	}
}

// The hook of a deployment may do what it has to, with one function.
func TestTheCheckOfADeployment(t *testing.T) {
	t.Setenv("DUALARCH_CACHE_DIR", t.TempDir()) // of the payloads; the binaries' folder is known by now
	stack := newStack(t)
	weighted := []any{
		map[string]any{"payload": map[string]any{"table": stack.Region()}, "weight": 9},
		map[string]any{"payload": "<second>", "weight": 1},
	}
	for id, props := range map[string]*dualarch.DualArchFunctionProps{
		"Tuned": {PowerTuning: &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true), Payload: weighted, Props: &powertuning.PowerTuningProps{
			CompareResponses: &powertuning.CompareResponses{Ignore: jsii.Strings("/elapsed")},
		}}, Serving: &dualarch.ServingOptions{}},
		"Long": {Serving: &dualarch.ServingOptions{Check: &dualarch.CheckOptions{
			Payloads: &[]any{strings.Repeat("long ", 1000)}, Timeout: awscdk.Duration_Seconds(jsii.Number(3)),
			CompareResponses: &powertuning.CompareResponses{Disabled: jsii.Bool(true)},
		}}},
		"Pointers": {Serving: &dualarch.ServingOptions{Check: &dualarch.CheckOptions{
			Payloads: &[]any{strings.Repeat("p", 2000)}, CompareResponses: &powertuning.CompareResponses{Ignore: jsii.Strings("/" + strings.Repeat("i", 2000))},
		}}},
		"Silent": {Serving: &dualarch.ServingOptions{}},
		"Off":    {Serving: &dualarch.ServingOptions{Check: &dualarch.CheckOptions{Disabled: jsii.Bool(true), Payloads: &[]any{1}}}},
	} {
		props.Code, props.Primary, props.Api = hello, awslambda.Architecture_X86_64(), noApi
		if props.PowerTuning == nil {
			props.PowerTuning = noTuning
		}
		dualarch.NewDualArchFunction(stack, jsii.String(id), props)
	}
	template := synth(t, stack)
	require.Contains(t, acknowledgeableOf(awscdk.App_Of(stack)), "Demo/Silent/Default info @dualarch/dualarch:noCheck")
	require.Contains(t, acknowledgeableOf(awscdk.App_Of(stack)), "Demo/DualArchDeployments info @dualarch/dualarch:allAtOnce")
	hooks := map[string]string{}
	for id, resource := range template.Resources {
		if resource.UpdatePolicy != nil {
			hooks[plain(id)] = names(resource.UpdatePolicy["CodeDeployLambdaAliasUpdate"].(properties)["BeforeAllowTrafficHook"])
			require.Equal(t, strings.HasPrefix(id, "Tuned") || strings.HasPrefix(id, "Long") || strings.HasPrefix(id, "Pointers"), strings.Contains(names(resource.DependsOn), "CheckPolicy"), id)
		}
	}
	require.Equal(t, map[string]string{"TunedLive": "TunedCheck", "LongLive": "LongCheck", "PointersLive": "PointersCheck", "SilentLive": "null", "OffLive": "null"}, hooks)

	functions := template.ofType(functionType)
	settings := func(id string) string {
		return names(functions[id]["Environment"].(properties)["Variables"].(properties)["DUALARCH_CHECK"])
	}
	require.Equal(t, `{"function":"Tuned.Arn","payloads":[{"table":"AWS::Region"},"<second>"],"ignore":["/elapsed"]}`, settings("TunedCheck"))
	require.Equal(t, `{"function":"Long.Arn","timeoutSeconds":3,"notCompared":true}`, settings("LongCheck"))
	require.Equal(t, "LongCheckPayloads", names(functions["LongCheck"]["Layers"]))
	require.Equal(t, "PointersCheckPayloads", names(functions["PointersCheck"]["Layers"]), "all of the environment counts")
	require.Equal(t, []any{"arm64"}, functions["LongCheck"]["Architectures"])
	require.Equal(t, 900.0, functions["LongCheck"]["Timeout"])

	policies := template.ofType("AWS::IAM::Policy")
	require.Equal(t, []string{
		"codedeploy:GetDeployment codedeploy:PutLifecycleEventHookExecutionStatus on arn:AWS::Partition:codedeploy:AWS::Region:AWS::AccountId:deploymentgroup:DualArchDeployments/TunedDeploymentGroup",
		"lambda:GetFunctionConfiguration lambda:InvokeFunction on Tuned.Arn:*",
	}, statements(policies["TunedCheckPolicy"]))
	require.Equal(t, []string{"logs:CreateLogStream logs:PutLogEvents on TunedCheckLogs.Arn"}, statements(policies["TunedCheckRoleDefaultPolicy"]))
	require.Contains(t, statements(policies["TunedDeploymentRoleDefaultPolicy"]), "lambda:InvokeFunction on TunedCheck.Arn")
}
