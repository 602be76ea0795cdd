package dualarch_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2authorizers"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// browsers is a CORS configuration.
var browsers = &awsapigatewayv2.CorsPreflightOptions{
	AllowOrigins: jsii.Strings("https://app.example.com"),
	AllowHeaders: jsii.Strings("Authorization"),
	AllowMethods: &[]awsapigatewayv2.CorsHttpMethod{awsapigatewayv2.CorsHttpMethod_ANY},
}

const cors = "@dualarch/dualarch:cors"

// webApi makes an API with CORS.
func webApi(stack awscdk.Stack, with awsapigatewayv2.HttpApiProps) awsapigatewayv2.HttpApi {
	with.CorsPreflight = browsers
	return awsapigatewayv2.NewHttpApi(stack, jsii.String("WebApi"), &with)
}

func elsewhere() awsapigatewayv2.HttpRouteIntegration {
	return awsapigatewayv2integrations.NewHttpUrlIntegration(jsii.String("Elsewhere"), jsii.String("https://example.com"), nil)
}

func methods(methods ...awsapigatewayv2.HttpMethod) *[]awsapigatewayv2.HttpMethod { return &methods }

// A browser's preflight, which has no authorization, is answered by an API with CORS if no authorizer refuses it first.
func TestPreflightRoutes(t *testing.T) {
	const (
		get     = awsapigatewayv2.HttpMethod_GET
		options = awsapigatewayv2.HttpMethod_OPTIONS
	)
	iam, nobody := awsapigatewayv2authorizers.NewHttpIamAuthorizer(), awsapigatewayv2.NewHttpNoneAuthorizer()
	for _, test := range []struct {
		name    string
		api     func(stack awscdk.Stack) awsapigatewayv2.IHttpApi
		options dualarch.ApiOptions
		serving *dualarch.ServingOptions
		want    []string
		warned  bool
	}{
		{
			name:    "IAM, the default",
			options: dualarch.ApiOptions{Path: jsii.String("/web")},
			want: []string{
				"ANY /web AWS_IAM HelloArm64Live",
				"ANY /web/arm64 AWS_IAM HelloArm64Live",
				"ANY /web/arm64/{proxy+} AWS_IAM HelloArm64Live",
				"ANY /web/x86_64 AWS_IAM HelloX86Live",
				"ANY /web/x86_64/{proxy+} AWS_IAM HelloX86Live",
				"ANY /web/{proxy+} AWS_IAM HelloArm64Live",
				"OPTIONS /web NONE HelloArm64Live",
				"OPTIONS /web/arm64 NONE HelloArm64Live",
				"OPTIONS /web/arm64/{proxy+} NONE HelloArm64Live",
				"OPTIONS /web/x86_64 NONE HelloX86Live",
				"OPTIONS /web/x86_64/{proxy+} NONE HelloX86Live",
				"OPTIONS /web/{proxy+} NONE HelloArm64Live",
			},
		},
		{
			name: "JWT, the serving function alone",
			options: dualarch.ApiOptions{Authorizer: awsapigatewayv2authorizers.NewHttpJwtAuthorizer(jsii.String("Jwt"), jsii.String("https://issuer.example.com"),
				&awsapigatewayv2authorizers.HttpJwtAuthorizerProps{JwtAudience: jsii.Strings("a")})},
			serving: &dualarch.ServingOptions{Only: jsii.Bool(true), Deployment: allAtOnce},
			want:    []string{"ANY / JWT HelloLive", "ANY /{proxy+} JWT HelloLive", "OPTIONS / NONE HelloLive", "OPTIONS /{proxy+} NONE HelloLive"},
		},
		{
			name: "open to everyone, who can send preflights too", options: dualarch.ApiOptions{Authorizer: nobody, SubPaths: jsii.Strings("/")},
			want: []string{"ANY / NONE HelloArm64Live", "ANY /arm64 NONE HelloArm64Live", "ANY /x86_64 NONE HelloX86Live"},
		},
		{
			name: "by the API's default authorizer",
			api: func(stack awscdk.Stack) awsapigatewayv2.IHttpApi {
				return webApi(stack, awsapigatewayv2.HttpApiProps{DefaultAuthorizer: nobody})
			},
			options: dualarch.ApiOptions{SubPaths: jsii.Strings("/")},
			want:    []string{"ANY / NONE HelloArm64Live", "ANY /arm64 NONE HelloArm64Live", "ANY /x86_64 NONE HelloX86Live"},
		},
		{
			name: "routes for a method leave preflights to API Gateway", options: dualarch.ApiOptions{Methods: methods(get), SubPaths: jsii.Strings("/{proxy+}")},
			want: []string{"GET /arm64/{proxy+} AWS_IAM HelloArm64Live", "GET /x86_64/{proxy+} AWS_IAM HelloX86Live", "GET /{proxy+} AWS_IAM HelloArm64Live"},
		},
		{
			name: "unless the API's default route, with an authorizer, takes them",
			api: func(stack awscdk.Stack) awsapigatewayv2.IHttpApi {
				return webApi(stack, awsapigatewayv2.HttpApiProps{DefaultIntegration: elsewhere(), DefaultAuthorizer: iam})
			},
			options: dualarch.ApiOptions{Methods: methods(get), SubPaths: jsii.Strings("/")},
			want: []string{
				"$default AWS_IAM https://example.com",
				"GET / AWS_IAM HelloArm64Live", "GET /arm64 AWS_IAM HelloArm64Live", "GET /x86_64 AWS_IAM HelloX86Live",
				"OPTIONS / NONE HelloArm64Live", "OPTIONS /arm64 NONE HelloArm64Live", "OPTIONS /x86_64 NONE HelloX86Live",
			},
		},
		{
			name: "a default route that everyone may call",
			api: func(stack awscdk.Stack) awsapigatewayv2.IHttpApi {
				return webApi(stack, awsapigatewayv2.HttpApiProps{DefaultIntegration: elsewhere()})
			},
			options: dualarch.ApiOptions{Methods: methods(get), SubPaths: jsii.Strings("/x")},
			want:    []string{"$default NONE https://example.com", "GET /arm64/x AWS_IAM HelloArm64Live", "GET /x AWS_IAM HelloArm64Live", "GET /x86_64/x AWS_IAM HelloX86Live"},
		},
		{
			name: "what the owner made already",
			api: func(stack awscdk.Stack) awsapigatewayv2.IHttpApi {
				api := webApi(stack, awsapigatewayv2.HttpApiProps{})
				api.AddRoutes(&awsapigatewayv2.AddRoutesOptions{Path: jsii.String("/"), Methods: methods(options), Integration: elsewhere()})
				return api
			},
			options: dualarch.ApiOptions{SubPaths: jsii.Strings("/")},
			want: []string{
				"ANY / AWS_IAM HelloArm64Live", "ANY /arm64 AWS_IAM HelloArm64Live", "ANY /x86_64 AWS_IAM HelloX86Live",
				"OPTIONS / NONE https://example.com", "OPTIONS /arm64 NONE HelloArm64Live", "OPTIONS /x86_64 NONE HelloX86Live",
			},
		},
		{
			name: "not wanted", options: dualarch.ApiOptions{SubPaths: jsii.Strings("/"), PreflightRoutes: jsii.Bool(false)},
			want: []string{"ANY / AWS_IAM HelloArm64Live", "ANY /arm64 AWS_IAM HelloArm64Live", "ANY /x86_64 AWS_IAM HelloX86Live"},
		},
		{
			name: "an API of which nothing is known", api: importedApi, options: dualarch.ApiOptions{SubPaths: jsii.Strings("/")}, warned: true,
			want: []string{"ANY / AWS_IAM HelloArm64Live", "ANY /arm64 AWS_IAM HelloArm64Live", "ANY /x86_64 AWS_IAM HelloX86Live"},
		},
		{
			name: "wanted there", api: importedApi, options: dualarch.ApiOptions{SubPaths: jsii.Strings("/"), Methods: methods(get), PreflightRoutes: jsii.Bool(true)},
			want: []string{
				"GET / AWS_IAM HelloArm64Live", "GET /arm64 AWS_IAM HelloArm64Live", "GET /x86_64 AWS_IAM HelloX86Live",
				"OPTIONS / NONE HelloArm64Live", "OPTIONS /arm64 NONE HelloArm64Live", "OPTIONS /x86_64 NONE HelloX86Live",
			},
		},
		{
			name: "not wanted there", api: importedApi, options: dualarch.ApiOptions{SubPaths: jsii.Strings("/"), PreflightRoutes: jsii.Bool(false)},
			want: []string{"ANY / AWS_IAM HelloArm64Live", "ANY /arm64 AWS_IAM HelloArm64Live", "ANY /x86_64 AWS_IAM HelloX86Live"},
		},
		{
			name: "a method there", api: importedApi, options: dualarch.ApiOptions{SubPaths: jsii.Strings("/"), Methods: methods(get)},
			want: []string{"GET / AWS_IAM HelloArm64Live", "GET /arm64 AWS_IAM HelloArm64Live", "GET /x86_64 AWS_IAM HelloX86Live"},
		},
		{
			name: "an API of the function's own", api: func(awscdk.Stack) awsapigatewayv2.IHttpApi { return nil },
			options: dualarch.ApiOptions{SubPaths: jsii.Strings("/"), Props: &dualarch.ApiProps{CorsPreflight: browsers}},
			want: []string{
				"ANY / AWS_IAM HelloArm64Live", "ANY /arm64 AWS_IAM HelloArm64Live", "ANY /x86_64 AWS_IAM HelloX86Live",
				"OPTIONS / NONE HelloArm64Live", "OPTIONS /arm64 NONE HelloArm64Live", "OPTIONS /x86_64 NONE HelloX86Live",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			stack := newStack(t)
			props := &dualarch.DualArchFunctionProps{Code: hello, Api: &test.options, Serving: test.serving, Primary: arm64, PowerTuning: noTuning}
			if test.api == nil {
				props.Api.HttpApi = webApi(stack, awsapigatewayv2.HttpApiProps{})
			} else if api := test.api(stack); api != nil {
				props.Api.HttpApi = api
			}
			fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), props)
			template := synth(t, stack)
			require.Equal(t, test.want, template.routes())
			var warnings []string
			if test.warned {
				warnings = []string{"Demo/Hello warning " + cors}
			}
			require.ElementsMatch(t, warnings, acknowledgeableOf(awscdk.App_Of(stack)))
			for _, route := range *fn.PreflightRoutes() {
				require.Contains(t, *route.Node().Id(), "OPTIONS ")
			}
		})
	}
}

var arm64 = awslambda.Architecture_ARM_64()

func importedApi(stack awscdk.Stack) awsapigatewayv2.IHttpApi {
	return awsapigatewayv2.HttpApi_FromHttpApiAttributes(stack, jsii.String("Given"), &awsapigatewayv2.HttpApiAttributes{HttpApiId: jsii.String("abc123")})
}

// API Gateway may call the function for preflights, and nobody needs a grant for them.
func TestPermissionsForPreflights(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, PowerTuning: noTuning, Api: &dualarch.ApiOptions{SubPaths: jsii.Strings("/"), Props: &dualarch.ApiProps{CorsPreflight: browsers}},
	})
	fn.GrantInvokeApi(awsiam.NewUser(stack, jsii.String("Browser"), nil))
	require.Len(t, *fn.Routes(), 3)
	require.Len(t, *fn.PreflightRoutes(), 3)
	template := synth(t, stack)
	require.Equal(t, []string{
		"HelloArm64Live from HelloApiHttpApi/*/*/", "HelloArm64Live from HelloApiHttpApi/*/*/arm64",
		"HelloX86Live from HelloApiHttpApi/*/*/x86_64",
	}, unique(apiPermissions(t, template)))
	require.Len(t, statements(template.ofType("AWS::IAM::Policy")["BrowserDefaultPolicy"]), 3)
	require.Equal(t, properties{
		"AllowOrigins": []any{"https://app.example.com"}, "AllowHeaders": []any{"Authorization"}, "AllowMethods": []any{"*"},
	}, template.only(t, "AWS::ApiGatewayV2::Api")["CorsConfiguration"])
	for _, r := range template.Resources {
		if r.Type == "AWS::ApiGatewayV2::Route" {
			require.Equal(t, r.Properties["AuthorizationType"] == "NONE", r.Metadata["cdk_nag"] != nil)
		}
	}
}

func unique(sorted []string) []string { return slices.Compact(sorted) }

// Two functions that share paths share their preflights.
func TestPreflightsOfSharedPaths(t *testing.T) {
	stack := newStack(t)
	api := webApi(stack, awsapigatewayv2.HttpApiProps{})
	for name, method := range map[string]awsapigatewayv2.HttpMethod{"Reader": awsapigatewayv2.HttpMethod_GET, "Writer": awsapigatewayv2.HttpMethod_POST} {
		dualarch.NewDualArchFunction(stack, jsii.String(name), &dualarch.DualArchFunctionProps{
			Code: hello, Api: &dualarch.ApiOptions{HttpApi: api, SubPaths: jsii.Strings("/"), Methods: methods(method), PreflightRoutes: jsii.Bool(true)}, PowerTuning: noTuning,
		})
	}
	require.Len(t, synth(t, stack).ofType("AWS::ApiGatewayV2::Route"), 2*3+3)
}

func TestProblemsOfPreflights(t *testing.T) {
	stack := newStack(t)
	require.Equal(t, refused(`DualArchFunction "Demo/Hello"`,
		`Api.Props.CorsPreflight: AllowCredentials was given beside the origin "*"; name the origins: API Gateway refuses both together`,
		`Api.PreflightRoutes: true was given beside OPTIONS in Api.Methods; leave one of them out: a route for OPTIONS has an authorizer, or none`,
	), recovered(t, func() {
		dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{Code: hello, PowerTuning: noTuning, Api: &dualarch.ApiOptions{
			Methods: methods(awsapigatewayv2.HttpMethod_GET, awsapigatewayv2.HttpMethod_OPTIONS), PreflightRoutes: jsii.Bool(true),
			Props: &dualarch.ApiProps{CorsPreflight: &awsapigatewayv2.CorsPreflightOptions{AllowCredentials: jsii.Bool(true), AllowOrigins: jsii.Strings("*")}},
		}})
	}))
	require.Empty(t, children(stack))
}
