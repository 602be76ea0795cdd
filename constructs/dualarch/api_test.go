package dualarch_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

func TestOwnApi(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, PowerTuning: noTuning,
	})
	require.NotNil(t, fn.Api())
	require.NotNil(t, fn.Stage())
	require.NotNil(t, fn.AccessLogGroup())
	require.Len(t, *fn.Routes(), 6)

	template := synth(t, stack)
	require.Equal(t, []string{
		"ANY / AWS_IAM HelloArm64Live",
		"ANY /arm64 AWS_IAM HelloArm64Live",
		"ANY /arm64/{proxy+} AWS_IAM HelloArm64Live",
		"ANY /x86_64 AWS_IAM HelloX86Live",
		"ANY /x86_64/{proxy+} AWS_IAM HelloX86Live",
		"ANY /{proxy+} AWS_IAM HelloArm64Live",
	}, template.routes())
	require.Len(t, template.ofType("AWS::ApiGatewayV2::Integration"), 2, "one a sibling")
	require.Equal(t, []string{
		"HelloArm64Live from HelloApiHttpApi/*/*/",
		"HelloArm64Live from HelloApiHttpApi/*/*/arm64",
		"HelloArm64Live from HelloApiHttpApi/*/*/arm64/{proxy+}",
		"HelloArm64Live from HelloApiHttpApi/*/*/{proxy+}",
		"HelloX86Live from HelloApiHttpApi/*/*/x86_64",
		"HelloX86Live from HelloApiHttpApi/*/*/x86_64/{proxy+}",
	}, apiPermissions(t, template))
	require.Equal(t, properties{"Name": "Hello", "ProtocolType": "HTTP"}, template.only(t, "AWS::ApiGatewayV2::Api"))
	stage := template.only(t, "AWS::ApiGatewayV2::Stage")
	require.Equal(t, "$default", stage["StageName"])
	require.Equal(t, true, stage["AutoDeploy"])
	require.Equal(t, properties{"ThrottlingRateLimit": 100.0, "ThrottlingBurstLimit": 200.0}, stage["DefaultRouteSettings"])
	log := stage["AccessLogSettings"].(properties)
	require.Equal(t, "HelloApiAccessLogs.Arn", names(log["DestinationArn"]))
	require.JSONEq(t, `{
		"caller": "$context.identity.userArn",
		"error": "$context.error.message",
		"httpMethod": "$context.httpMethod",
		"integrationError": "$context.integrationErrorMessage",
		"integrationLatency": "$context.integrationLatency",
		"ip": "$context.identity.sourceIp",
		"path": "$context.path",
		"protocol": "$context.protocol",
		"requestId": "$context.requestId",
		"requestTime": "$context.requestTime",
		"responseLength": "$context.responseLength",
		"routeKey": "$context.routeKey",
		"status": "$context.status"
	}`, log["Format"].(string))
}

// apiPermissions returns what API Gateway may call, and from where.
func apiPermissions(t *testing.T, template template) []string {
	t.Helper()
	var all []string
	for _, permission := range template.ofType("AWS::Lambda::Permission") {
		require.Equal(t, "apigateway.amazonaws.com", permission["Principal"])
		require.Equal(t, "lambda:InvokeFunction", permission["Action"])
		source, found := strings.CutPrefix(names(permission["SourceArn"]), "arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:")
		require.True(t, found, "%v", permission["SourceArn"])
		all = append(all, names(permission["FunctionName"])+" from "+source)
	}
	slices.Sort(all)
	return all
}

// A function's policy holds 20 KB. With more routes than fit, API Gateway may call a sibling from the whole API.
func TestPermissionOfManyRoutes(t *testing.T) {
	permissions := func(subPaths int) []string {
		options := &dualarch.ApiOptions{SubPaths: &[]*string{}}
		for i := range subPaths {
			*options.SubPaths = append(*options.SubPaths, jsii.String(fmt.Sprintf("/path%02d", i)))
		}
		stack := newStack(t)
		dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{Code: hello, Api: options, PowerTuning: noTuning})
		return apiPermissions(t, synth(t, stack))
	}
	require.Len(t, permissions(9), 27, "9 routes of x86_64, 18 of the primary arm64")
	require.Equal(t, "HelloArm64Live from HelloApiHttpApi/*/*/*", permissions(12)[0], "24 of the primary do not fit")
	require.Len(t, permissions(12), 1+12, "the other sibling's do")
}

func TestApiProps(t *testing.T) {
	stack := newStack(t)
	api := dualarch.NewApi(stack, jsii.String("Shared"), &dualarch.ApiProps{
		ApiName:                jsii.String("shop"),
		Throttle:               &awsapigatewayv2.ThrottleSettings{RateLimit: jsii.Number(7)},
		AccessLogRetention:     awslogs.RetentionDays_ONE_WEEK,
		AccessLogRemovalPolicy: awscdk.RemovalPolicy_RETAIN,
	})
	require.Equal(t, "Demo/Shared/AccessLogs", *api.AccessLogGroup().Node().Path())

	template := synth(t, stack)
	require.Equal(t, "shop", template.only(t, "AWS::ApiGatewayV2::Api")["Name"])
	require.Equal(t, properties{"ThrottlingRateLimit": 7.0, "ThrottlingBurstLimit": 200.0},
		template.only(t, "AWS::ApiGatewayV2::Stage")["DefaultRouteSettings"])
	require.Equal(t, 7.0, template.only(t, "AWS::Logs::LogGroup")["RetentionInDays"])
	for _, resource := range template.Resources {
		if resource.Type == "AWS::Logs::LogGroup" {
			require.Equal(t, "Retain", resource.DeletionPolicy)
		}
	}
}

func TestRoutes(t *testing.T) {
	for _, test := range []struct {
		name    string
		options *dualarch.ApiOptions
		primary awslambda.Architecture
		want    []string
	}{
		{
			name:    "path",
			options: &dualarch.ApiOptions{Path: jsii.String("/prime")},
			primary: awslambda.Architecture_X86_64(),
			want: []string{
				"ANY /prime AWS_IAM HelloX86Live",
				"ANY /prime/arm64 AWS_IAM HelloArm64Live",
				"ANY /prime/arm64/{proxy+} AWS_IAM HelloArm64Live",
				"ANY /prime/x86_64 AWS_IAM HelloX86Live",
				"ANY /prime/x86_64/{proxy+} AWS_IAM HelloX86Live",
				"ANY /prime/{proxy+} AWS_IAM HelloX86Live",
			},
		},
		{
			name: "sub-paths and methods",
			options: &dualarch.ApiOptions{
				Path:     jsii.String("/users/{id}"),
				SubPaths: jsii.Strings("/", "/orders"),
				Methods:  &[]awsapigatewayv2.HttpMethod{awsapigatewayv2.HttpMethod_GET, awsapigatewayv2.HttpMethod_POST},
			},
			want: []string{
				"GET /users/{id} AWS_IAM HelloArm64Live",
				"GET /users/{id}/arm64 AWS_IAM HelloArm64Live",
				"GET /users/{id}/arm64/orders AWS_IAM HelloArm64Live",
				"GET /users/{id}/orders AWS_IAM HelloArm64Live",
				"GET /users/{id}/x86_64 AWS_IAM HelloX86Live",
				"GET /users/{id}/x86_64/orders AWS_IAM HelloX86Live",
				"POST /users/{id} AWS_IAM HelloArm64Live",
				"POST /users/{id}/arm64 AWS_IAM HelloArm64Live",
				"POST /users/{id}/arm64/orders AWS_IAM HelloArm64Live",
				"POST /users/{id}/orders AWS_IAM HelloArm64Live",
				"POST /users/{id}/x86_64 AWS_IAM HelloX86Live",
				"POST /users/{id}/x86_64/orders AWS_IAM HelloX86Live",
			},
		},
		{
			name:    "open to everyone",
			options: &dualarch.ApiOptions{Authorizer: awsapigatewayv2.NewHttpNoneAuthorizer(), SubPaths: jsii.Strings("/")},
			want: []string{
				"ANY / NONE HelloArm64Live",
				"ANY /arm64 NONE HelloArm64Live",
				"ANY /x86_64 NONE HelloX86Live",
			},
		},
		{
			name:    "disabled",
			options: &dualarch.ApiOptions{Disabled: jsii.Bool(true), Path: jsii.String("not looked at")},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			stack := newStack(t)
			fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
				Code: hello, Primary: test.primary, Api: test.options, PowerTuning: noTuning,
			})
			if test.primary != nil {
				require.Equal(t, *test.primary.Name(), *fn.Primary().Name())
			}
			require.Equal(t, test.want, synth(t, stack).routes())
			require.Len(t, *fn.Routes(), len(test.want))
			require.Equal(t, test.want == nil, fn.Api() == nil)
			require.Equal(t, test.want == nil, fn.Stage() == nil)
		})
	}
}

func TestSharedApiGetsOnlyRoutesAndIntegrations(t *testing.T) {
	stack := newStack(t)
	// The API does not say who may call; the functions' routes still do.
	given := awsapigatewayv2.NewHttpApi(stack, jsii.String("Given"), nil)
	for _, name := range []string{"First", "Second"} {
		fn := dualarch.NewDualArchFunction(stack, jsii.String(name), &dualarch.DualArchFunctionProps{
			Code:        hello,
			Api:         &dualarch.ApiOptions{HttpApi: given, Path: jsii.String("/" + name), SubPaths: jsii.Strings("/")},
			PowerTuning: noTuning,
		})
		requirePath(t, "Demo/Given", fn.Api())
		require.Nil(t, fn.Stage())
		require.Nil(t, fn.AccessLogGroup())
	}
	template := synth(t, stack)
	require.Equal(t, []string{
		"ANY /First AWS_IAM FirstArm64Live",
		"ANY /First/arm64 AWS_IAM FirstArm64Live",
		"ANY /First/x86_64 AWS_IAM FirstX86Live",
		"ANY /Second AWS_IAM SecondArm64Live",
		"ANY /Second/arm64 AWS_IAM SecondArm64Live",
		"ANY /Second/x86_64 AWS_IAM SecondX86Live",
	}, template.routes())
	require.Len(t, template.ofType("AWS::ApiGatewayV2::Stage"), 1, "the given API's own")
	require.NotContains(t, template.only(t, "AWS::ApiGatewayV2::Stage"), "AccessLogSettings")
}

// An API of another app is known by its id only.
func TestImportedApi(t *testing.T) {
	stack := newStack(t)
	given := awsapigatewayv2.HttpApi_FromHttpApiAttributes(stack, jsii.String("Given"), &awsapigatewayv2.HttpApiAttributes{
		HttpApiId: jsii.String("abc123"),
	})
	props := &dualarch.DualArchFunctionProps{
		Code: hello, Api: &dualarch.ApiOptions{HttpApi: given, SubPaths: jsii.Strings("/")}, PowerTuning: noTuning,
	}
	dualarch.NewDualArchFunction(stack, jsii.String("Hello"), props)
	template := synth(t, stack)
	require.Equal(t, []string{
		"ANY / AWS_IAM HelloArm64Live",
		"ANY /arm64 AWS_IAM HelloArm64Live",
		"ANY /x86_64 AWS_IAM HelloX86Live",
	}, template.routes())
	for _, route := range template.ofType("AWS::ApiGatewayV2::Route") {
		require.Equal(t, "abc123", route["ApiId"])
	}
	require.Empty(t, template.ofType("AWS::ApiGatewayV2::Stage"))
	require.Equal(t, refused(`DualArchFunction "Demo/Second"`,
		`Api: the route "ANY /x86_64" of "Demo/Given" is "Demo/Hello"'s already; give another Path, or other SubPaths or Methods`,
		`Api: the route "ANY /arm64" of "Demo/Given" is "Demo/Hello"'s already; give another Path, or other SubPaths or Methods`,
		`Api: the route "ANY /" of "Demo/Given" is "Demo/Hello"'s already; give another Path, or other SubPaths or Methods`,
	), recovered(t, func() { dualarch.NewDualArchFunction(stack, jsii.String("Second"), props) }))
}

func TestTheDefaultAuthorizerOfASharedApiIsTaken(t *testing.T) {
	stack := newStack(t)
	given := awsapigatewayv2.NewHttpApi(stack, jsii.String("Given"), &awsapigatewayv2.HttpApiProps{
		DefaultAuthorizer: awsapigatewayv2.NewHttpNoneAuthorizer(),
	})
	dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: &dualarch.ApiOptions{HttpApi: given, SubPaths: jsii.Strings("/x")}, PowerTuning: noTuning,
	})
	require.Equal(t, []string{
		"ANY /arm64/x NONE HelloArm64Live",
		"ANY /x NONE HelloArm64Live",
		"ANY /x86_64/x NONE HelloX86Live",
	}, synth(t, stack).routes())
}

func TestApiOfAnotherStack(t *testing.T) {
	app := newApp(t)
	shared := awscdk.NewStack(app, jsii.String("Shared"), nil)
	api := dualarch.NewApi(shared, jsii.String("Api"), nil)
	stack := awscdk.NewStack(app, jsii.String("Demo"), nil)
	dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: &dualarch.ApiOptions{HttpApi: api.HttpApi()}, PowerTuning: noTuning,
	})
	require.Len(t, synth(t, stack).ofType("AWS::ApiGatewayV2::Route"), 6, "routes belong to the function's stack")
	require.Empty(t, synth(t, shared).ofType("AWS::ApiGatewayV2::Route"))
}
