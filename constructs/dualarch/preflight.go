package dualarch

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/nag"
	"github.com/dualarch/dualarch/constructs/internal/prop"
)

// cors is what is known of an API's CORS configuration.
type cors int

const (
	withoutCORS cors = iota
	withCORS
	unknownCORS // the API is another app's
)

// corsOf returns what is known of an API's CORS configuration. With one, an HTTP API answers preflights itself, the OPTIONS
// requests that a browser sends before it calls another origin with authorization, unless a route takes them. Then the
// route's authorizer refuses them, because a preflight never has authorization.
func corsOf(httpApi awsapigatewayv2.IHttpApi) cors {
	resource, known := httpApi.Node().DefaultChild().(awsapigatewayv2.CfnApi)
	switch {
	case !known:
		return unknownCORS
	case resource.CorsConfiguration() != nil:
		return withCORS
	}
	return withoutCORS
}

// authorizes reports whether an authorizer can refuse a request.
func authorizes(authorizer awsapigatewayv2.IHttpRouteAuthorizer) bool {
	known, is := authorizer.(interface{ AuthorizationType() *string })
	return !is || *known.AuthorizationType() != noAuthorization
}

const noAuthorization = "NONE" // as API Gateway has it

// preflights returns the routes for OPTIONS that are made beside the function's routes, whose authorizer would refuse
// preflights. What the API has already is not among them.
func (o *ApiOptions) preflights(httpApi awsapigatewayv2.IHttpApi, routes []route) []route {
	every := prop.Value(o.PreflightRoutes)
	if o.PreflightRoutes == nil {
		if corsOf(httpApi) != withCORS {
			return nil
		}
		every = hasAuthorizedDefault(httpApi)
	} else if !every {
		return nil
	}
	candidates := routes
	if !every {
		candidates = slices.DeleteFunc(slices.Clone(routes), func(r route) bool { return r.method != awsapigatewayv2.HttpMethod_ANY })
	}
	if len(candidates) == 0 {
		return nil
	}
	owners := routeOwners(httpApi)
	taken := map[string]bool{}
	for _, r := range routes {
		taken[r.key()] = true
	}
	var preflights []route
	for _, r := range candidates {
		preflight := route{awsapigatewayv2.HttpMethod_OPTIONS, r.path, r.to}
		_, another := owners[preflight.key()]
		if taken[preflight.key()] || another || addedByOwner(httpApi, preflight) {
			continue
		}
		taken[preflight.key()] = true
		preflights = append(preflights, preflight)
	}
	return preflights
}

// hasAuthorizedDefault reports whether the API's route "$default", which takes every request that no other route does,
// has an authorizer. CDK makes it of HttpApiProps.DefaultIntegration.
func hasAuthorizedDefault(httpApi awsapigatewayv2.IHttpApi) bool {
	made, is := httpApi.Node().TryFindChild(jsii.String("DefaultRoute")).(awsapigatewayv2.HttpRoute)
	return is && authorized(made.Node().DefaultChild().(awsapigatewayv2.CfnRoute))
}

func authorized(r awsapigatewayv2.CfnRoute) bool {
	kind := prop.Value(r.AuthorizationType())
	return kind != "" && kind != noAuthorization
}

// connectPreflights makes the routes for OPTIONS.
func (f *function) connectPreflights(preflights []route, integrations map[target]*integration) {
	for _, preflight := range preflights {
		made := f.addRoute(preflight, integrations, awsapigatewayv2.NewHttpNoneAuthorizer())
		nag.Explain(made, nag.Reason{Rule: "AwsSolutions-APIG4", Why: "A browser's preflight has no authorization, ever; the routes for all other methods have an authorizer."})
		f.preflights = append(f.preflights, made)
	}
}
