package dualarch_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/constructs/powertuning"
)

func TestProblemsOfServing(t *testing.T) {
	other := awscdk.NewStack(newApp(t), jsii.String("Other"), nil)
	role := awsiam.NewRole(other, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewCompositePrincipal(awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil), awsiam.NewServicePrincipal(jsii.String("edgelambda.amazonaws.com"), nil)),
	})
	x86 := awslambda.Architecture_X86_64()
	for _, test := range []struct {
		name  string
		props *dualarch.DualArchFunctionProps
		want  []string
	}{
		{"options", &dualarch.DualArchFunctionProps{
			Code: hello, Primary: x86,
			Function: &awslambda.FunctionOptions{
				FunctionName: jsii.String(strings.Repeat("n", 65)), Description: jsii.String(strings.Repeat("d", 240)), Role: role,
				CurrentVersionOptions: &awslambda.VersionOptions{Description: jsii.String(strings.Repeat("d", 240))},
			},
			X86:   &dualarch.SiblingOptions{ReservedConcurrentExecutions: jsii.Number(1)},
			Arm64: &dualarch.SiblingOptions{ProvisionedConcurrentExecutions: jsii.Number(1)},
			Serving: &dualarch.ServingOptions{
				MemorySize: jsii.Number(64), Alias: &dualarch.ServingAliasOptions{Name: jsii.String("12")},
				Deployment: &dualarch.DeploymentOptions{
					AllAtOnce: jsii.Bool(true), Config: jsii.String("a config"), NoDefaultAlarms: jsii.Bool(true), Alarms: &[]awscloudwatch.IAlarm{nil},
				},
			},
		}, []string{
			`Function.FunctionName: "` + strings.Repeat("n", 65) + `" was given, 65 characters; give at most 64`,
			`Function.Description: 240 characters were given; give at most 204: Lambda takes 256, and the hashes of both architectures' code follow`,
			`Function.CurrentVersionOptions.Description: 240 characters were given; give at most 204: Lambda takes 256, and the hashes of both architectures' code follow`,
			`Serving.MemorySize: 64 MB were given; give a whole number, 128 or more`,
			`X86.ReservedConcurrentExecutions: it was given beside Serving; give Function.ReservedConcurrentExecutions, which is the serving function's: siblings get none`,
			`Arm64.ProvisionedConcurrentExecutions: it was given beside Serving; give Function.CurrentVersionOptions.ProvisionedConcurrentExecutions, which is the serving function's: siblings get none`,
			`Serving.Alias.Name: "12" was given; give 1 to 128 letters, digits, hyphens and underscores, not digits alone`,
			`Function.Role: "Other/Role" is assumed by edgelambda.amazonaws.com; keep this function an awslambda.Function: Lambda@Edge runs on x86_64 only`,
			`Serving.Deployment.Config: it was given beside AllAtOnce; leave one of them out: CloudFormation moves the alias then, which knows neither steps nor alarms`,
			`Serving.Deployment.Alarms: it was given beside AllAtOnce; leave one of them out: CloudFormation moves the alias then, which knows neither steps nor alarms`,
			`Serving.Deployment.NoDefaultAlarms: it was given beside AllAtOnce; leave one of them out: CloudFormation moves the alias then, which knows neither steps nor alarms`,
			`Serving.Deployment.Config: "a config" was given; give the name of a deployment configuration for Lambda, such as "CodeDeployDefault.LambdaCanary10Percent5Minutes"`,
			`Serving.Deployment.Alarms: nil was given as number 1; give an awscloudwatch.IAlarm, or leave it out`,
		}},
		{"check", &dualarch.DualArchFunctionProps{
			Code: hello, Primary: x86, PowerTuning: noTuning,
			Serving: &dualarch.ServingOptions{Check: &dualarch.CheckOptions{
				Payloads: &[]any{1, func() {}}, Timeout: awscdk.Duration_Minutes(jsii.Number(15)), Binary: jsii.String("nowhere"),
				CompareResponses: &powertuning.CompareResponses{Ignore: jsii.Strings("elapsed")},
			}},
		}, []string{
			`Serving.Check.Payloads: they cannot be written as JSON (number 2: json: unsupported type: func()); give values that encoding/json can write`,
			`Serving.Check.Timeout: 900 seconds were given; give a whole number from 1 to 840`,
			`Serving.Check.CompareResponses.Ignore[0]: "elapsed" is not a JSON pointer; give one that begins with a slash, such as /body/elapsed`,
			`Serving.Check.Binary: "nowhere" cannot be used (stat nowhere/bootstrap: no such file or directory); give a folder that holds the binary as bootstrap`,
		}},
		{"no payload to check with", &dualarch.DualArchFunctionProps{
			Code: hello, Primary: x86, PowerTuning: noTuning, Serving: &dualarch.ServingOptions{Check: &dualarch.CheckOptions{Payloads: &[]any{}}},
		}, []string{`Serving.Check.Payloads: an empty list was given; give at least one payload, or leave it out`}},
		{"too much to check with", &dualarch.DualArchFunctionProps{
			Code: hello, Primary: x86, PowerTuning: noTuning, Serving: &dualarch.ServingOptions{Check: &dualarch.CheckOptions{Payloads: &[]any{strings.Repeat("p", 60_000)}}},
		}, []string{`Serving.Check.Payloads: 60004 bytes of JSON are too many; give at most 60000 bytes`}},
		{"a token that no file can hold", &dualarch.DualArchFunctionProps{
			Code: hello, Primary: x86, PowerTuning: noTuning, Serving: &dualarch.ServingOptions{Check: &dualarch.CheckOptions{
				Payloads: &[]any{strings.Repeat("p", 4000) + *awscdk.Aws_REGION()}, Timeout: awscdk.Duration_Seconds(awscdk.Token_AsNumber(awscdk.Aws_REGION())),
			}},
		}, []string{
			`Serving.Check.Payloads: ` + strconv.Itoa(len(`["`)+4000+len(*awscdk.Aws_REGION())+len(`"]`)) + ` bytes of JSON with a token are too many for an environment variable; give at most 3619 bytes, or no token`,
			`Serving.Check.Timeout: a token is known too late; give a duration that is known at synthesis`,
		}},
		{"pointers that no variable can hold", &dualarch.DualArchFunctionProps{
			Code: hello, Primary: x86, PowerTuning: noTuning, Serving: &dualarch.ServingOptions{Check: &dualarch.CheckOptions{
				Payloads: &[]any{1}, CompareResponses: &powertuning.CompareResponses{Ignore: jsii.Strings("/" + strings.Repeat("p", 4000))},
			}},
		}, []string{`Serving.Check.CompareResponses.Ignore: the settings of the check take 4184 bytes without payloads, and its environment variable has 3800; give fewer or shorter pointers`}},
		{"pointers of the tuning stack's", &dualarch.DualArchFunctionProps{
			Code: hello, Primary: x86, Serving: &dualarch.ServingOptions{}, PowerTuning: &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true), Payload: 1, Props: &powertuning.PowerTuningProps{
				CompareResponses: &powertuning.CompareResponses{Ignore: jsii.Strings("/" + strings.Repeat("p", 4000))},
			}},
		}, []string{`Serving.Check: CompareResponses.Ignore of the tuning stack: the settings of the check take 4184 bytes without payloads, and its environment variable has 3800; give fewer or shorter pointers`}},
		{"a check without a tenant", &dualarch.DualArchFunctionProps{
			Code: hello, Primary: x86, PowerTuning: noTuning, Function: &awslambda.FunctionOptions{TenancyConfig: awslambda.TenancyConfig_PER_TENANT()},
			Serving: &dualarch.ServingOptions{Check: &dualarch.CheckOptions{Payloads: &[]any{1}}},
		}, []string{`PowerTuning.TenantId: it was not given, and the check invokes a function that isolates tenants; give one, or set Serving.Check.Disabled`}},
		{"check without CodeDeploy", &dualarch.DualArchFunctionProps{
			Code: hello, Primary: x86, PowerTuning: noTuning, Serving: &dualarch.ServingOptions{Deployment: allAtOnce, Check: &dualarch.CheckOptions{}},
		}, []string{`Serving.Check: it was given beside Serving.Deployment.AllAtOnce; leave one of them out: CodeDeploy calls the check`}},
		{"adoption", &dualarch.DualArchFunctionProps{
			Code:     hello,
			Function: &awslambda.FunctionOptions{Role: awsiam.Role_FromRoleName(other, jsii.String("Named"), jsii.String("orders"), nil), LogGroup: awslogs.NewLogGroup(other, jsii.String("Logs"), nil)},
			Serving: &dualarch.ServingOptions{
				Alias: &dualarch.ServingAliasOptions{Adopt: jsii.String("Orders-Live")},
				Adopt: &dualarch.AdoptOptions{
					Function: jsii.String("Orders12345678"), Role: jsii.String("Orders12345678"), RolePolicy: other.StackName(),
					LogGroup: awscdk.Fn_ImportValue(jsii.String("id")), EventSources: map[string]string{"Demo/Queue": ""},
				},
			},
		}, []string{
			`Serving.Alias.Adopt: "Orders-Live" was given; give the logical id of the resource as the deployed template has it: letters and digits`,
			`Serving.Adopt.Role: "Orders12345678" was given for Serving.Adopt.Function too; give each resource an id of its own`,
			`Serving.Adopt.LogGroup: "a token" was given; give the logical id of the resource as the deployed template has it: letters and digits`,
			`Serving.Adopt.EventSources["Demo/Queue"]: "" was given; give the logical id of the resource as the deployed template has it: letters and digits`,
			`Primary: nil was given beside Serving.Adopt.Function; give the architecture that the function runs on today, or the first deployment would move it`,
			`Serving.Adopt.Role: it was given beside Function.Role; leave it out: that role keeps its id`,
			`Serving.Adopt.RolePolicy: it was given beside Function.Role; leave it out: that role keeps its policy`,
			`Serving.Adopt.LogGroup: it was given beside Function.LogGroup; leave it out: that log group keeps its id`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			stack := newStack(t)
			text := recovered(t, func() { dualarch.NewDualArchFunction(stack, jsii.String("Hello"), test.props) })
			require.Equal(t, refused(`DualArchFunction "Demo/Hello"`, test.want...), text)
			require.Empty(t, children(stack), "something was created")
		})
	}
}

// ids returns the logical ids of resources by type.
func (t template) ids() map[string][]string {
	all := map[string][]string{}
	for _, id := range sorted(t.Resources) {
		all[t.Resources[id].Type] = append(all[t.Resources[id].Type], id)
	}
	return all
}

// A function that stood in another scope of its stack keeps its ids.
func TestAFunctionFromElsewhereIsAdopted(t *testing.T) {
	before := newProduction(t, nil)
	plain := before.plain(before.stack, "OldOrders")
	awslambda.NewAlias(before.stack, jsii.String("OldAlias"), &awslambda.AliasProps{AliasName: jsii.String("prod"), Version: plain.CurrentVersion()})
	was := synth(t, before.stack)
	id := func(kind, name string) *string {
		for _, id := range was.ids()[kind] {
			if strings.HasPrefix(id, name) {
				return jsii.String(id)
			}
		}
		require.Fail(t, "there is no "+name, "%v", was.ids()[kind])
		return nil
	}
	mappings := map[string]string{
		"Shop/Queue":  *id("AWS::Lambda::EventSourceMapping", "OldOrdersSqsEventSource"),
		"Shop/Table":  *id("AWS::Lambda::EventSourceMapping", "OldOrdersDynamoDBEventSource"),
		"Shop/Stream": *id("AWS::Lambda::EventSourceMapping", "OldOrdersKinesisEventSource"),
	}
	adopt := &dualarch.AdoptOptions{
		Function: id(functionType, "OldOrders"), Role: id("AWS::IAM::Role", "OldOrdersServiceRole"),
		RolePolicy: id("AWS::IAM::Policy", "OldOrdersServiceRoleDefaultPolicy"), EventSources: mappings,
	}
	after := newProduction(t, nil)
	after.converted(&dualarch.ServingOptions{
		Adopt: adopt, Deployment: allAtOnce,
		Alias: &dualarch.ServingAliasOptions{Name: jsii.String("prod"), Adopt: id(aliasType, "OldAlias")},
	})
	is := synth(t, after.stack)
	for _, kind := range []string{functionType, "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::Lambda::EventSourceMapping", aliasType} {
		require.Subset(t, is.ids()[kind], was.ids()[kind], kind)
	}
	require.Len(t, is.ids()["AWS::Lambda::EventSourceMapping"], 3)
	require.Len(t, is.ids()["AWS::IAM::Role"], len(was.ids()["AWS::IAM::Role"]))
}

func TestIdsThatAreTakenAreNotAdopted(t *testing.T) {
	app := newApp(t)
	shop, far := awscdk.NewStack(app, jsii.String("Shop"), nil), awscdk.NewStack(app, jsii.String("Far"), nil)
	awscdk.NewCfnResource(shop, jsii.String("Queue"), &awscdk.CfnResourceProps{Type: jsii.String("AWS::SQS::Queue")})
	awscdk.NewCfnResource(far, jsii.String("Orders12345678"), &awscdk.CfnResourceProps{Type: jsii.String("AWS::Lambda::Function")})
	text := recovered(t, func() {
		dualarch.NewDualArchFunction(shop, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
			Code: hello, Primary: awslambda.Architecture_X86_64(), Api: noApi, PowerTuning: noTuning,
			Serving: &dualarch.ServingOptions{Adopt: &dualarch.AdoptOptions{Function: jsii.String("Orders12345678"), Role: jsii.String("Queue")}},
		})
	})
	require.Equal(t, refused(`DualArchFunction "Shop/Hello"`,
		`Serving.Adopt.Role: "Queue" is the id of "Shop/Queue" already; remove that construct, whose place this one takes, or give the id of another resource`,
		`Serving.Adopt.Function: "Orders12345678" is the id of "Far/Orders12345678" in the stack "Far", and this construct is in "Shop"; make it in a scope of that stack: CloudFormation moves nothing between stacks by its id`,
	), text)
}

func TestTwoFunctionsDoNotAdoptOneId(t *testing.T) {
	stack := newStack(t)
	adopting := func(id string) func() {
		return func() {
			dualarch.NewDualArchFunction(stack, jsii.String(id), &dualarch.DualArchFunctionProps{
				Code: hello, Primary: awslambda.Architecture_X86_64(), Api: noApi, PowerTuning: noTuning,
				Serving: &dualarch.ServingOptions{Adopt: &dualarch.AdoptOptions{Function: jsii.String("Orders12345678")}},
			})
		}
	}
	adopting("First")()
	require.Equal(t, refused(`DualArchFunction "Demo/Second"`,
		`Serving.Adopt.Function: "Orders12345678" is the id of "Demo/First/Default" already; remove that construct, whose place this one takes, or give the id of another resource`,
	), recovered(t, adopting("Second")))
}

// What comes to nothing, or is found out late, stops synthesis.
func TestProblemsOfServingThatAreFoundLate(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Primary: awslambda.Architecture_X86_64(), Api: noApi, PowerTuning: noTuning,
		Serving: &dualarch.ServingOptions{Only: jsii.Bool(true), Adopt: &dualarch.AdoptOptions{
			RolePolicy: jsii.String("Policy12345678"), LogGroup: jsii.String("Logs12345678"), EventSources: map[string]string{"Demo/Nowhere": "Mapping12345678"},
		}},
	})
	fn.AddEventSource(awslambdaeventsources.NewSqsEventSource(awssqs.Queue_FromQueueArn(stack, jsii.String("Queue"), jsii.String("arn:aws:sqs:us-east-1:123456789012:q")), nil))
	fn.Role().(awsiam.Role).AssumeRolePolicy().AddStatements(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions: jsii.Strings("sts:AssumeRole"), Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("edgelambda.amazonaws.com"), nil)},
	}))
	text := recovered(t, func() { awscdk.App_Of(stack).Synth(nil) })
	for _, want := range []string{
		`Demo/Hello: Serving.Adopt.LogGroup: "Logs12345678" was given, and CDK makes no log group for the function; give the group as Function.LogGroup, or leave it out`,
		`Demo/Hello: Serving.Adopt.EventSources["Demo/Nowhere"]: "Mapping12345678" was given, and the function has no event source there; its mappings are "SqsEventSource:DemoQueueBE0765D6": give the path of a source's construct`,
		`Demo/Hello: Serving: the function is used by Lambda@Edge; keep it an awslambda.Function: Lambda@Edge runs on x86_64 only`,
	} {
		require.Contains(t, text, want)
	}
	require.NotContains(t, text, "RolePolicy", "the queue made one")
}

func TestWarningsOfServing(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: dualarch.GoImageCode(jsii.String("testdata/hello"), nil), Api: noApi, PowerTuning: noTuning, Serving: &dualarch.ServingOptions{Deployment: allAtOnce},
	})
	fn.Serving().AddFunctionUrl(nil)
	fn.LiveServing().AddFunctionUrl(nil)
	synth(t, stack)
	require.Equal(t, []string{
		"Demo/Hello/Default warning @dualarch/dualarch:functionUrl",
		"Demo/Hello/Default warning @dualarch/dualarch:packageType",
		"Demo/Hello/Default warning @dualarch/dualarch:primary",
	}, acknowledgeableOf(awscdk.App_Of(stack)))
	require.Contains(t, strings.Join(annotations(fn.Serving()), "\n"), "Its Function URL leads to $LATEST: a deployment moves it at once, without canary, check and roll-back. "+
		"Either keep it and its address, and acknowledge this; or make one on the alias, LiveServing().AddFunctionUrl, give its callers the new address, and then remove this one: an address cannot be moved")
}
