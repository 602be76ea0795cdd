package dualarch

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
)

// connectApi makes the API, or takes the given one, and adds the routes: one
// integration per function, and permissions for its routes alone.
func (f *function) connectApi(options *ApiOptions, serving *ServingOptions) {
	if options.disabled() {
		return
	}
	f.httpApi = options.HttpApi
	if f.httpApi == nil {
		own := NewApi(f, jsii.String("Api"), f.apiProps(options.Props))
		f.httpApi, f.stage, f.accessLogGroup = own.HttpApi(), own.Stage(), own.AccessLogGroup()
	}
	authorizer := options.Authorizer
	if authorizer == nil {
		authorizer = f.httpApi.DefaultAuthorizer()
	}
	if authorizer == nil {
		authorizer = &iamAuthorizer{}
	}
	live := map[target]awslambda.Alias{}
	for arch, s := range f.siblings {
		live[target(arch.id())] = s.live
	}
	if f.serving != nil {
		live[toServing] = f.serving.live
	}
	routes := options.routes(f.primary, serving)
	f.asked, f.authorized, f.preflightsGiven = routes, authorizes(authorizer), options.PreflightRoutes != nil
	var preflights []route
	if f.authorized {
		preflights = options.preflights(f.httpApi, routes)
	}
	integrations := map[target]*integration{}
	for to, alias := range live {
		integrations[to] = newIntegration(string(to)+"Integration", alias, f.httpApi, permissionByRoute(slices.Concat(routes, preflights), to))
	}
	for _, route := range routes {
		f.routes = append(f.routes, f.addRoute(route, integrations, authorizer))
	}
	f.connectPreflights(preflights, integrations)
}

// addRoute makes a route. It belongs to the function's stack, so that a function can leave an API of another stack
// without a change there.
func (f *function) addRoute(r route, integrations map[target]*integration, authorizer awsapigatewayv2.IHttpRouteAuthorizer) awsapigatewayv2.HttpRoute {
	f.takeRoute(r)
	made := awsapigatewayv2.NewHttpRoute(f, jsii.String(r.key()), &awsapigatewayv2.HttpRouteProps{
		HttpApi:     f.httpApi,
		RouteKey:    awsapigatewayv2.HttpRouteKey_With(jsii.String(r.path), r.method),
		Integration: integrations[r.to],
		Authorizer:  authorizer,
	})
	integrations[r.to].permit(made, r.path)
	return made
}

// apiProps names the API of the function's own after the function.
func (f *function) apiProps(given *ApiProps) *ApiProps {
	props := prop.Value(given)
	if props.ApiName == nil {
		props.ApiName = f.Node().Id()
	}
	return &props
}

// routeMetadata marks a taken route and its owner in the API's metadata, so that the
// API itself knows the routes of all functions that share it.
const routeMetadata = "dualarch:route"

// takeRoute notes that the route is this function's.
func (f *function) takeRoute(r route) {
	f.httpApi.Node().AddMetadata(jsii.String(routeMetadata), map[string]string{"key": r.key(), "function": *f.Node().Path()}, nil)
}

// routeOwners returns the constructs that own a route of the API, by the route's
// key. Routes that the API's owner added with HttpApi.AddRoutes are not among them.
func routeOwners(httpApi awsapigatewayv2.IHttpApi) map[string]string {
	owners := map[string]string{}
	for _, entry := range *httpApi.Node().Metadata() {
		if data, ok := entry.Data.(map[string]any); ok && *entry.Type == routeMetadata {
			owners[data["key"].(string)] = data["function"].(string)
		}
	}
	return owners
}

// addedByOwner reports whether HttpApi.AddRoutes made the route.
func addedByOwner(httpApi awsapigatewayv2.IHttpApi, r route) bool {
	return httpApi.Node().TryFindChild(jsii.String(string(r.method)+r.path)) != nil
}
