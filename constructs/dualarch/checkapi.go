package dualarch

import (
	"math"
	"regexp"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"

	"github.com/dualarch/dualarch/constructs/internal/prop"
)

var (
	// routePath is a path of API Gateway: "/prime", "/users/{id}".
	routePath = regexp.MustCompile(`^(/([A-Za-z0-9._~$-]+|\{[A-Za-z0-9._-]+\}))*$`)
	// routeSubPath may end with a variable for the rest of the path.
	routeSubPath = regexp.MustCompile(`^(/([A-Za-z0-9._~$-]+|\{[A-Za-z0-9._-]+\}))*(/\{[A-Za-z0-9._-]+\+\})?$`)
)

var httpMethods = []awsapigatewayv2.HttpMethod{
	awsapigatewayv2.HttpMethod_ANY, awsapigatewayv2.HttpMethod_DELETE, awsapigatewayv2.HttpMethod_GET,
	awsapigatewayv2.HttpMethod_HEAD, awsapigatewayv2.HttpMethod_OPTIONS, awsapigatewayv2.HttpMethod_PATCH,
	awsapigatewayv2.HttpMethod_POST, awsapigatewayv2.HttpMethod_PUT,
}

// check returns everything that is wrong with the options. Routes are only
// checked if paths and methods are right.
func (o *ApiOptions) check(primary architecture, serving *ServingOptions) problems {
	var found problems
	if o.HttpApi != nil && o.Props != nil {
		found.Add("Api.Props", "it was given beside Api.HttpApi; leave one of them out: an existing API keeps its own stage, throttling and logs")
	}
	if o.Props != nil {
		found = append(found, o.Props.check("Api.Props.")...)
	}
	valid := len(found)
	if path := prop.Value(o.Path); !routePath.MatchString(path) {
		found.Add("Api.Path", `%q was given; give a path that starts with a slash and does not end with one, such as "/prime"`, path)
	}
	if o.SubPaths != nil && len(*o.SubPaths) == 0 {
		found.Add("Api.SubPaths", `an empty list was given; give at least "/", the prefix itself, or leave it out`)
	}
	for _, subPath := range prop.Values(o.SubPaths) {
		if subPath == "" || subPath != "/" && !routeSubPath.MatchString(subPath) {
			found.Add("Api.SubPaths", `%q was given; give a path that starts with a slash and does not end with one, such as "/count" or "/{proxy+}", or "/" for the prefix itself`, subPath)
		}
	}
	if o.Methods != nil && len(*o.Methods) == 0 {
		found.Add("Api.Methods", "an empty list was given; give at least one method, or leave it out for all of them")
	}
	for _, method := range prop.Value(o.Methods) {
		if !slices.Contains(httpMethods, method) {
			found.Add("Api.Methods", "%q was given; give one of awsapigatewayv2.HttpMethod: %v", method, httpMethods)
		}
	}
	if prop.Value(o.PreflightRoutes) && slices.Contains(prop.Value(o.Methods), awsapigatewayv2.HttpMethod_OPTIONS) {
		found.Add("Api.PreflightRoutes", "true was given beside OPTIONS in Api.Methods; leave one of them out: a route for OPTIONS has an authorizer, or none")
	}
	if len(found) == valid {
		checkRoutes(&found, o, o.routes(primary, serving))
	}
	return found
}

// checkRoutes refuses a route that exists already, for this function or another
// one with the same API.
func checkRoutes(p *problems, options *ApiOptions, routes []route) {
	owners := map[string]string{}
	if options.HttpApi != nil {
		owners = routeOwners(options.HttpApi)
	}
	seen := map[string]bool{}
	for _, route := range routes {
		owner, taken := owners[route.key()]
		switch {
		case seen[route.key()]:
			p.Add("Api", "the route %q is asked for twice; give other SubPaths or Methods", route.key())
		case taken:
			p.Add("Api", "the route %q of %q is %q's already; give another Path, or other SubPaths or Methods", route.key(), *options.HttpApi.Node().Path(), owner)
		case options.HttpApi != nil && addedByOwner(options.HttpApi, route):
			p.Add("Api", "the route %q of %q was added to it already; give another Path, or other SubPaths or Methods", route.key(), *options.HttpApi.Node().Path())
		}
		seen[route.key()] = true
	}
}

// check returns what is wrong with the props of an API.
func (props *ApiProps) check(prefix string) problems {
	var found problems
	if name := props.ApiName; name != nil && *name == "" {
		found.Add(prefix+"ApiName", `"" was given; give a name, or leave it out`)
	}
	if cors := props.CorsPreflight; cors != nil && prop.Value(cors.AllowCredentials) && slices.Contains(prop.Values(cors.AllowOrigins), "*") {
		found.Add(prefix+"CorsPreflight", `AllowCredentials was given beside the origin "*"; name the origins: API Gateway refuses both together`)
	}
	if limits := props.Throttle; limits != nil {
		found.Whole(prefix+"Throttle.RateLimit", limits.RateLimit, 1, math.MaxInt32, "requests a second")
		found.Whole(prefix+"Throttle.BurstLimit", limits.BurstLimit, 1, math.MaxInt32, "requests at once")
	}
	return found
}
