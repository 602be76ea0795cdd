package dualarch_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2authorizers"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// Preflights that an authorizer refuses, and what could not be known when the function was made.
func TestWarningsOfRefusedPreflights(t *testing.T) {
	const (
		refused = `has CORS, but a browser's preflight for %s is refused with 401 or 403: it is an OPTIONS request without authorization, and the route %q, which takes it, has an authorizer. `
		give    = "Set Api.PreflightRoutes to true for routes for OPTIONS without an authorizer, or set Api.PreflightRoutes to false if no browser calls the API"
		leave   = "Leave OPTIONS out of Api.Methods, so that it gets a route without an authorizer, or set Api.PreflightRoutes to false if no browser calls the API"
	)
	iam := awsapigatewayv2authorizers.NewHttpIamAuthorizer()
	get, options := awsapigatewayv2.HttpMethod_GET, awsapigatewayv2.HttpMethod_OPTIONS
	for _, test := range []struct {
		name    string
		options dualarch.ApiOptions
		given   func(stack awscdk.Stack) awsapigatewayv2.IHttpApi
		later   func(api awsapigatewayv2.IHttpApi)
		want    string
	}{
		{
			name: "an API of another app", given: importedApi,
			want: `Api: it is not known here whether "Demo/Given" has CORS. If it has, a browser's preflight is refused with 401 or 403: it is an OPTIONS request without authorization, ` +
				`which the route "ANY /x86_64" takes. Set Api.PreflightRoutes to true for routes for OPTIONS without an authorizer, or set it to false if no browser calls the API`,
		},
		{
			name: "CORS that came later", given: func(stack awscdk.Stack) awsapigatewayv2.IHttpApi {
				return awsapigatewayv2.NewHttpApi(stack, jsii.String("WebApi"), nil)
			},
			later: func(api awsapigatewayv2.IHttpApi) {
				api.Node().DefaultChild().(awsapigatewayv2.CfnApi).SetCorsConfiguration(&awsapigatewayv2.CfnApi_CorsProperty{AllowOrigins: jsii.Strings("*")})
			},
			want: `Api: "Demo/WebApi" ` + fmt.Sprintf(refused, "/x86_64", "ANY /x86_64") + give,
		},
		{
			name: "OPTIONS with an authorizer", options: dualarch.ApiOptions{Methods: methods(get, options)},
			want: `Api: "Demo/WebApi" ` + fmt.Sprintf(refused, "/x86_64", "OPTIONS /x86_64") + leave,
		},
		{
			name: "a route of the owner's", options: dualarch.ApiOptions{Path: jsii.String("/web"), Methods: methods(get)},
			later: func(api awsapigatewayv2.IHttpApi) {
				for _, path := range []string{"/{proxy+}", "/web/{id}"} {
					api.(awsapigatewayv2.HttpApi).AddRoutes(&awsapigatewayv2.AddRoutesOptions{Path: &path, Methods: methods(awsapigatewayv2.HttpMethod_ANY), Integration: elsewhere(), Authorizer: iam})
				}
			},
			want: `Api: "Demo/WebApi" ` + fmt.Sprintf(refused, "/web/x86_64", "ANY /web/{id}") + give,
		},
		{
			name: "a route of the owner's beside which there is an open one", options: dualarch.ApiOptions{Path: jsii.String("/web"), Methods: methods(get)},
			later: func(api awsapigatewayv2.IHttpApi) {
				shared := api.(awsapigatewayv2.HttpApi)
				shared.AddRoutes(&awsapigatewayv2.AddRoutesOptions{Path: jsii.String("/{proxy+}"), Methods: methods(awsapigatewayv2.HttpMethod_ANY), Integration: elsewhere(), Authorizer: iam})
				shared.AddRoutes(&awsapigatewayv2.AddRoutesOptions{Path: jsii.String("/{proxy+}"), Methods: methods(options), Integration: elsewhere()})
			},
		},
		{
			name: "a route of the owner's for something else", options: dualarch.ApiOptions{Path: jsii.String("/web"), Methods: methods(get)},
			later: func(api awsapigatewayv2.IHttpApi) {
				for _, path := range []string{"/", "/other/{proxy+}", "/web/x86_64/more"} {
					api.(awsapigatewayv2.HttpApi).AddRoutes(&awsapigatewayv2.AddRoutesOptions{Path: &path, Methods: methods(awsapigatewayv2.HttpMethod_ANY), Integration: elsewhere(), Authorizer: iam})
				}
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			stack := newStack(t)
			if test.given == nil {
				test.options.HttpApi = webApi(stack, awsapigatewayv2.HttpApiProps{})
			} else {
				test.options.HttpApi = test.given(stack)
			}
			test.options.SubPaths = jsii.Strings("/")
			fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{Code: hello, Api: &test.options, PowerTuning: noTuning})
			if test.later != nil {
				test.later(test.options.HttpApi)
			}
			synth(t, stack)
			want := []string{}
			if test.want != "" {
				want = append(want, "warning "+test.want+" [ack: "+cors+"]")
			}
			require.Equal(t, want, annotations(fn))
		})
	}
}

// A route that a workaround made after the function is found at synthesis, not by API Gateway.
func TestAPreflightRouteThatIsMadeTwice(t *testing.T) {
	stack := newStack(t)
	api := webApi(stack, awsapigatewayv2.HttpApiProps{})
	dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: &dualarch.ApiOptions{HttpApi: api, SubPaths: jsii.Strings("/")}, PowerTuning: noTuning,
	})
	api.AddRoutes(&awsapigatewayv2.AddRoutesOptions{Path: jsii.String("/arm64"), Methods: methods(awsapigatewayv2.HttpMethod_OPTIONS), Integration: elsewhere()})
	require.Contains(t, recovered(t, func() { awscdk.App_Of(stack).Synth(nil) }),
		`Demo/Hello: Api: the route "OPTIONS /arm64" of "Demo/WebApi" is "Demo/WebApi/OPTIONS--arm64" too, and API Gateway takes a route once (409); set Api.PreflightRoutes to false, or remove that one`)
}
