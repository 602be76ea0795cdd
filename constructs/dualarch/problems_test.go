package dualarch_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdadestinations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/constructs/powertuning"
)

// refused returns the whole text of a panic.
func refused(what string, problems ...string) string {
	return what + " cannot be made, nothing was created:\n  - " + strings.Join(problems, "\n  - ")
}

func TestProblems(t *testing.T) {
	other := awscdk.NewStack(newApp(t), jsii.String("Other"), nil)
	queue := awssqs.NewQueue(other, jsii.String("Queue"), nil)
	role := awsiam.NewRole(other, jsii.String("Role"), &awsiam.RoleProps{AssumedBy: awsiam.NewAnyPrincipal()})

	for _, test := range []struct {
		name  string
		props *dualarch.DualArchFunctionProps
		want  []string
	}{
		{"no props", nil, []string{
			`Code: nil was given; give GoCode with the folder of a main package, or another kind of code`,
		}},
		{"code", &dualarch.DualArchFunctionProps{Code: dualarch.GoCode(jsii.String("testdata/nowhere"), &dualarch.GoCodeOptions{
			Tags:        jsii.Strings("a b"),
			Environment: &map[string]*string{"GOARCH": jsii.String("arm64")},
			GOAMD64:     jsii.String("v9"),
			GOARM64:     jsii.String("v9"),
		})}, []string{
			`Code: GoCode: GOAMD64: "v9" is not a level of Lambda's processors; use "v1", "v2", "v3" (AVX2) or leave it out`,
			`Code: GoCode: GOARM64: "v9" is not a level that all of Lambda's AWS Graviton processors have; use "v8.0", "v8.1" or "v8.2", with ",lse" and ",crypto" if wanted, or leave it out`,
			`Code: GoCode: Tags: "a b" is not a build tag; give each tag as a string of its own, of letters, digits, dots and underscores`,
			`Code: GoCode: Environment: GOARCH may not be set (given "arm64"); leave it out: it is set for each architecture`,
			`Code: GoCode: dir: "testdata/nowhere" is not a folder; give the folder of a main package, absolute or relative to the working directory`,
		}},
		{"no main package", &dualarch.DualArchFunctionProps{Code: dualarch.GoCode(jsii.String("."), nil)}, []string{
			`Code: GoCode: dir: "." has package dualarch, not package main; give the folder of a main package`,
		}},
		{"everything that is out of range, at once", &dualarch.DualArchFunctionProps{
			Primary: awslambda.Architecture_Custom(jsii.String("riscv64"), nil),
			Function: &awslambda.FunctionOptions{
				Architecture:                 awslambda.Architecture_ARM_64(),
				FunctionName:                 jsii.String(strings.Repeat("n", 60) + " "),
				Description:                  jsii.String(strings.Repeat("d", 240)),
				MemorySize:                   jsii.Number(64),
				Timeout:                      awscdk.Duration_Seconds(jsii.Number(0)),
				EphemeralStorageSize:         awscdk.Size_Mebibytes(jsii.Number(256)),
				ReservedConcurrentExecutions: jsii.Number(-1),
				RetryAttempts:                jsii.Number(3),
				MaxEventAge:                  awscdk.Duration_Seconds(jsii.Number(5)),
			},
			X86: &dualarch.SiblingOptions{
				MemorySize:                      jsii.Number(127),
				Timeout:                         awscdk.Duration_Millis(jsii.Number(1500)),
				EphemeralStorageSize:            awscdk.Size_Mebibytes(jsii.Number(511)),
				ReservedConcurrentExecutions:    jsii.Number(1.5),
				ProvisionedConcurrentExecutions: jsii.Number(0),
			},
			Arm64: &dualarch.SiblingOptions{MemorySize: jsii.Number(512.5)},
		}, []string{
			`Code: nil was given; give GoCode with the folder of a main package, or another kind of code`,
			`Primary: "riscv64" was given; give awslambda.Architecture_X86_64() or awslambda.Architecture_ARM_64()`,
			`Function.Architecture: "arm64" was given; leave it out: both architectures are deployed, and Primary chooses between them`,
			`Function.FunctionName: "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn " was given, which makes "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn -x86_64", 68 characters; give at most 57, so that the names of the siblings have at most 64`,
			`Function.FunctionName: "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn " was given; give letters, digits, hyphens and underscores`,
			`Function.Description: 240 characters were given; give at most 236: Lambda takes 256, and the code's hash follows`,
			`Function.MemorySize: 64 MB were given; give a whole number, 128 or more`,
			`Function.Timeout: 0 seconds were given; give a whole number, 1 or more`,
			`Function.EphemeralStorageSize: 256 MB were given; give a whole number, 512 or more`,
			`Function.ReservedConcurrentExecutions: -1 executions were given; give a whole number, 0 or more`,
			`Function.RetryAttempts: 3 attempts were given; give a whole number from 0 to 2`,
			`Function.MaxEventAge: 5 seconds were given; give a whole number from 60 to 21600`,
			`X86.MemorySize: 127 MB were given; give a whole number, 128 or more`,
			`X86.Timeout: 1.5 seconds were given; give a whole number, 1 or more`,
			`X86.EphemeralStorageSize: 511 MB were given; give a whole number, 512 or more`,
			`X86.ReservedConcurrentExecutions: 1.5 executions were given; give a whole number, 0 or more`,
			`X86.ProvisionedConcurrentExecutions: 0 executions were given; give a whole number, 1 or more`,
			`Arm64.MemorySize: 512.5 MB were given; give a whole number, 128 or more`,
		}},
		{"version", &dualarch.DualArchFunctionProps{Code: hello, Function: &awslambda.FunctionOptions{
			CurrentVersionOptions: &awslambda.VersionOptions{
				CodeSha256:                      jsii.String("abc"),
				OnSuccess:                       awslambdadestinations.NewSqsDestination(queue),
				OnFailure:                       awslambdadestinations.NewSqsDestination(queue),
				RetryAttempts:                   jsii.Number(1),
				MaxEventAge:                     awscdk.Duration_Minutes(jsii.Number(2)),
				ProvisionedConcurrentExecutions: jsii.Number(0),
			},
		}}, []string{
			`Function.CurrentVersionOptions.CodeSha256: "abc" was given; leave it out: the siblings have different binaries`,
			`Function.CurrentVersionOptions.OnSuccess: it was given for the version; give Function.OnSuccess, which goes to the alias "live" that traffic reaches`,
			`Function.CurrentVersionOptions.OnFailure: it was given for the version; give Function.OnFailure, which goes to the alias "live" that traffic reaches`,
			`Function.CurrentVersionOptions.RetryAttempts: it was given for the version; give Function.RetryAttempts, which goes to the alias "live" that traffic reaches`,
			`Function.CurrentVersionOptions.MaxEventAge: it was given for the version; give Function.MaxEventAge, which goes to the alias "live" that traffic reaches`,
			`Function.CurrentVersionOptions.ProvisionedConcurrentExecutions: 0 executions were given; give a whole number, 1 or more`,
		}},
		{"logs", &dualarch.DualArchFunctionProps{
			Code:             hello,
			LogRetention:     awslogs.RetentionDays_ONE_DAY,
			LogRemovalPolicy: awscdk.RemovalPolicy_RETAIN,
			Function: &awslambda.FunctionOptions{
				LogRetention:             awslogs.RetentionDays_ONE_WEEK, //nolint:staticcheck // it is refused
				LogRetentionRole:         role,
				LogRetentionRetryOptions: &awslambda.LogRetentionRetryOptions{},
				LogRemovalPolicy:         awscdk.RemovalPolicy_RETAIN, //nolint:staticcheck // it is refused
				LogGroup:                 awslogs.NewLogGroup(other, jsii.String("Logs"), nil),
			},
		}, []string{
			`Function.LogRetention: it was given; give the prop LogRetention, which is that of the log groups made here`,
			`Function.LogRetentionRole: it was given; leave it out: the log groups made here need none`,
			`Function.LogRetentionRetryOptions: they were given; leave them out: the log groups made here need none`,
			`Function.LogRemovalPolicy: it was given; give the prop LogRemovalPolicy, which is that of the log groups made here`,
			`LogRetention: "ONE_DAY" was given beside Function.LogGroup; set the retention of that log group, or leave the log group out`,
			`LogRemovalPolicy: "RETAIN" was given beside Function.LogGroup; set the removal policy of that log group, or leave the log group out`,
		}},
		{"API", &dualarch.DualArchFunctionProps{Code: hello, Api: &dualarch.ApiOptions{
			HttpApi: awsapigatewayv2.NewHttpApi(other, jsii.String("Api"), nil),
			Props: &dualarch.ApiProps{
				ApiName:  jsii.String(""),
				Throttle: &awsapigatewayv2.ThrottleSettings{RateLimit: jsii.Number(0), BurstLimit: jsii.Number(1.5)},
			},
			Path:     jsii.String("prime"),
			SubPaths: jsii.Strings("", "count/"),
			Methods:  &[]awsapigatewayv2.HttpMethod{"FETCH"},
		}}, []string{
			`Api.Props: it was given beside Api.HttpApi; leave one of them out: an existing API keeps its own stage, throttling and logs`,
			`Api.Props.ApiName: "" was given; give a name, or leave it out`,
			`Api.Props.Throttle.RateLimit: 0 requests a second were given; give a whole number, 1 or more`,
			`Api.Props.Throttle.BurstLimit: 1.5 requests at once were given; give a whole number, 1 or more`,
			`Api.Path: "prime" was given; give a path that starts with a slash and does not end with one, such as "/prime"`,
			`Api.SubPaths: "" was given; give a path that starts with a slash and does not end with one, such as "/count" or "/{proxy+}", or "/" for the prefix itself`,
			`Api.SubPaths: "count/" was given; give a path that starts with a slash and does not end with one, such as "/count" or "/{proxy+}", or "/" for the prefix itself`,
			`Api.Methods: "FETCH" was given; give one of awsapigatewayv2.HttpMethod: [ANY DELETE GET HEAD OPTIONS PATCH POST PUT]`,
		}},
		{"no routes", &dualarch.DualArchFunctionProps{Code: hello, Api: &dualarch.ApiOptions{
			SubPaths: jsii.Strings(), Methods: &[]awsapigatewayv2.HttpMethod{},
		}}, []string{
			`Api.SubPaths: an empty list was given; give at least "/", the prefix itself, or leave it out`,
			`Api.Methods: an empty list was given; give at least one method, or leave it out for all of them`,
		}},
		{"the same route twice", &dualarch.DualArchFunctionProps{Code: hello, Api: &dualarch.ApiOptions{
			SubPaths: jsii.Strings("/", "/arm64"),
		}}, []string{
			`Api: the route "ANY /arm64" is asked for twice; give other SubPaths or Methods`,
		}},
		{"tuning", &dualarch.DualArchFunctionProps{Code: hello,
			Function: &awslambda.FunctionOptions{
				DurableConfig: &awslambda.DurableConfig{ExecutionTimeout: awscdk.Duration_Hours(jsii.Number(1))},
			},
			PowerTuning: &dualarch.PowerTuningOptions{
				Shared:  newTuning(t, other),
				Props:   &powertuning.PowerTuningProps{Num: jsii.Number(4)},
				Name:    jsii.String(""),
				Payload: func() {}, TenantId: jsii.String("blue!"),
			},
		}, []string{
			`Function.DurableConfig: durable execution was given; leave it out, or set PowerTuning.Disabled: the function could not be tuned, because it is a durable function: its executions are checkpointed and replayed, so an invocation is no measure of them`,
			`PowerTuning.Payload: it cannot be written as JSON (json: unsupported type: func()); give a value that encoding/json can write`,
			`PowerTuning.TenantId: "blue!" is not a tenant's id; give 1 to 256 letters, digits, spaces and . _ : / = + - @`,
			`PowerTuning.Props.Num: 4 is not a whole number known at synthesis that is a number from 5 to 10000`,
			`PowerTuning.Props: it was given beside PowerTuning.Shared; leave one of them out: a shared stack has props of its own`,
			`PowerTuning.Shared: Name: "" is not a name; give one that is known at synthesis`,
			`PowerTuning.Shared: Stack: it is in the stack "Demo" and the PowerTuning in "Other"; create both in one stack, because each would need the other first`,
		}},
		{"the tuner's binary", &dualarch.DualArchFunctionProps{Code: hello, PowerTuning: &dualarch.PowerTuningOptions{
			Props: &powertuning.PowerTuningProps{TunerBinary: jsii.String("nowhere")},
		}}, []string{
			`PowerTuning.Props.TunerBinary: "nowhere" cannot be used (open nowhere/bootstrap: no such file or directory); give a folder that holds the tuner's binary as bootstrap, or a .zip file of that folder`,
		}},
		{"name", &dualarch.DualArchFunctionProps{Code: hello, PowerTuning: &dualarch.PowerTuningOptions{Name: jsii.String("")}}, []string{
			`PowerTuning.Name: "" was given; give a name, or leave it out`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			stack := newStack(t)
			text := recovered(t, func() {
				dualarch.NewDualArchFunction(stack, jsii.String("Hello"), test.props)
			})
			require.Equal(t, refused(`DualArchFunction "Demo/Hello"`, test.want...), text)
			require.Empty(t, children(stack), "something was created")
		})
	}
}

func TestProblemsOfAnApi(t *testing.T) {
	stack := newStack(t)
	text := recovered(t, func() {
		dualarch.NewApi(stack, jsii.String("Api"), &dualarch.ApiProps{ApiName: jsii.String("")})
	})
	require.Equal(t, refused(`Api "Demo/Api"`, `ApiName: "" was given; give a name, or leave it out`), text)
	require.Empty(t, children(stack), "something was created")
}

func TestRoutesOfASharedApiAreTakenOnce(t *testing.T) {
	stack := newStack(t)
	api := dualarch.NewApi(stack, jsii.String("Api"), nil).HttpApi()
	props := &dualarch.DualArchFunctionProps{
		Code:        hello,
		Api:         &dualarch.ApiOptions{HttpApi: api, SubPaths: jsii.Strings("/")},
		PowerTuning: noTuning,
	}
	first := dualarch.NewDualArchFunction(stack, jsii.String("First"), props)
	api.AddRoutes(&awsapigatewayv2.AddRoutesOptions{
		Path:        jsii.String("/second/arm64"),
		Integration: integration(first),
	})
	before := children(stack)
	text := recovered(t, func() { dualarch.NewDualArchFunction(stack, jsii.String("Second"), props) })
	require.Equal(t, refused(`DualArchFunction "Demo/Second"`,
		`Api: the route "ANY /x86_64" of "Demo/Api/HttpApi" is "Demo/First"'s already; give another Path, or other SubPaths or Methods`,
		`Api: the route "ANY /arm64" of "Demo/Api/HttpApi" is "Demo/First"'s already; give another Path, or other SubPaths or Methods`,
		`Api: the route "ANY /" of "Demo/Api/HttpApi" is "Demo/First"'s already; give another Path, or other SubPaths or Methods`,
	), text)
	text = recovered(t, func() {
		other := *props
		other.Api = &dualarch.ApiOptions{HttpApi: api, Path: jsii.String("/second"), SubPaths: jsii.Strings("/")}
		dualarch.NewDualArchFunction(stack, jsii.String("Second"), &other)
	})
	require.Equal(t, refused(`DualArchFunction "Demo/Second"`,
		`Api: the route "ANY /second/arm64" of "Demo/Api/HttpApi" was added to it already; give another Path, or other SubPaths or Methods`,
	), text)
	require.Equal(t, before, children(stack), "something was created")
}

func TestTokensAreLeftToCloudFormation(t *testing.T) {
	stack := newStack(t)
	number := func(name string) *float64 {
		return awscdk.NewCfnParameter(stack, jsii.String(name), &awscdk.CfnParameterProps{Type: jsii.String("Number")}).ValueAsNumber()
	}
	dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello,
		Function: &awslambda.FunctionOptions{
			FunctionName:                 awscdk.Fn_ImportValue(jsii.String("name")),
			Description:                  awscdk.Fn_ImportValue(jsii.String("description")),
			MemorySize:                   number("Memory"),
			Timeout:                      awscdk.Duration_Seconds(number("Timeout")),
			EphemeralStorageSize:         awscdk.Size_Mebibytes(number("Storage")),
			ReservedConcurrentExecutions: number("Reserved"),
		},
		Api: noApi, PowerTuning: noTuning,
	})
	template := synth(t, stack)
	function := template.ofType(functionType)["HelloX86"]
	require.Equal(t, properties{"Ref": "Memory"}, function["MemorySize"])
	require.Equal(t, properties{"Ref": "Timeout"}, function["Timeout"])
}

func TestCompileErrorStopsSynthesis(t *testing.T) {
	stack := newStack(t)
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	text := recovered(t, func() {
		dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
			// The tag keeps it apart from the packages of other tests.
			Code: dualarch.GoCode(jsii.String("testdata/broken"), &dualarch.GoCodeOptions{Tags: jsii.Strings("broken")}),
		})
	})
	require.Equal(t, `DualArchFunction "Demo/Hello" cannot be made, nothing was created: the code for x86_64 could not be built:
go build for amd64 failed in `+root+` (packages ./constructs/dualarch/testdata/broken):
# github.com/dualarch/dualarch/constructs/dualarch/testdata/broken
constructs/dualarch/testdata/broken/main.go:4:15: undefined: undefinedFunction`, text)
	require.Empty(t, children(stack), "something was created")
}
