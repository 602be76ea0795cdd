package dualarch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// The integrations and the authorizer are what awsapigatewayv2integrations and awsapigatewayv2authorizers would make of
// them. Importing those costs everybody who builds an app with us six packages more.

// iamAuthorizer implements awsapigatewayv2.IHttpRouteAuthorizer: callers sign their requests.
// jsii tells objects apart by their address, so it has to have a size.
type iamAuthorizer struct{ _ byte }

var _ awsapigatewayv2.IHttpRouteAuthorizer = (*iamAuthorizer)(nil)

// Bind is called by the CDK for each route.
func (*iamAuthorizer) Bind(*awsapigatewayv2.HttpRouteAuthorizerBindOptions) *awsapigatewayv2.HttpRouteAuthorizerConfig {
	return &awsapigatewayv2.HttpRouteAuthorizerConfig{AuthorizationType: jsii.String("AWS_IAM")}
}

// integration calls an alias for the routes of one API.
type integration struct {
	awsapigatewayv2.HttpRouteIntegration

	id      string
	alias   awslambda.Alias
	api     awsapigatewayv2.IHttpApi
	byRoute bool // API Gateway's permission names each route
	config  *awsapigatewayv2.HttpRouteIntegrationConfig

	permitted bool // for the whole API
	source    string
}

func newIntegration(id string, alias awslambda.Alias, api awsapigatewayv2.IHttpApi, byRoute bool) *integration {
	i := &integration{id: id, alias: alias, api: api, byRoute: byRoute, config: &awsapigatewayv2.HttpRouteIntegrationConfig{
		Type: awsapigatewayv2.HttpIntegrationType_AWS_PROXY, Uri: alias.FunctionArn(),
		PayloadFormatVersion: awsapigatewayv2.PayloadFormatVersion_VERSION_2_0(),
	}}
	awsapigatewayv2.NewHttpRouteIntegration_Override(i, jsii.String(id))
	return i
}

// Bind is called by the CDK for the first route.
func (i *integration) Bind(*awsapigatewayv2.HttpRouteIntegrationBindOptions) *awsapigatewayv2.HttpRouteIntegrationConfig {
	return i.config
}

// permit lets API Gateway call the alias for a route.
func (i *integration) permit(route constructs.Construct, path string) {
	if i.source == "" {
		i.source = *awscdk.Stack_Of(route).FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("execute-api"), Resource: i.api.ApiId(), ResourceName: jsii.String("*/*"),
		})
	}
	id, source := i.id+"-Permission", i.source+path
	if !i.byRoute {
		if i.permitted {
			return
		}
		i.permitted = true
		id = "ApiPermission.ApiScoped." + *awscdk.Names_NodeUniqueId(i.alias.Node()) + "." + *awscdk.Names_NodeUniqueId(i.api.Node())
		source = i.source + "/*"
	}
	i.alias.AddPermission(jsii.String(id), &awslambda.Permission{
		Scope: route, Principal: awsiam.NewServicePrincipal(jsii.String("apigateway.amazonaws.com"), nil), SourceArn: jsii.String(source),
	})
}
