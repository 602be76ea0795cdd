package connect

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2authorizers"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// Cors lets a web application of another origin call the function with a token.
func Cors(stack awscdk.Stack, props *dualarch.DualArchFunctionProps) dualarch.DualArchFunction {
	api := dualarch.NewApi(stack, jsii.String("Web"), &dualarch.ApiProps{
		CorsPreflight: &awsapigatewayv2.CorsPreflightOptions{
			AllowOrigins: jsii.Strings("https://app.example.com"),
			AllowHeaders: jsii.Strings("Authorization", "Content-Type"),
			AllowMethods: &[]awsapigatewayv2.CorsHttpMethod{awsapigatewayv2.CorsHttpMethod_ANY},
		},
	})
	props.Api = &dualarch.ApiOptions{
		HttpApi: api.HttpApi(), Path: jsii.String("/orders"),
		Authorizer: awsapigatewayv2authorizers.NewHttpJwtAuthorizer(jsii.String("Users"), jsii.String("https://issuer.example.com"),
			&awsapigatewayv2authorizers.HttpJwtAuthorizerProps{JwtAudience: jsii.Strings("shop")}),
	}
	return dualarch.NewDualArchFunction(stack, jsii.String("Orders"), props)
}
