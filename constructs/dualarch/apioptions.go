package dualarch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"

	"github.com/dualarch/dualarch/constructs/internal/prop"
)

// ApiOptions are how an HTTP API reaches the siblings of one function. Its routes
// are, below Path:
//
//	/x86_64 and /x86_64/{proxy+}   the x86_64 sibling
//	/arm64  and /arm64/{proxy+}    the arm64 sibling
//	/       and /{proxy+}          the primary one, or the serving function
//
// With Serving.Only the last row is all.
//
// The functions see the path as the caller wrote it, /prime/arm64/… included.
type ApiOptions struct {
	// Disabled leaves the API out; the other options are ignored.
	//
	// Default: false.
	Disabled *bool

	// HttpApi is an existing API, which gets routes and integrations only: its
	// stage, throttling and logs are its owner's. NewApi makes one for several
	// functions. Not together with Props.
	//
	// Default: an API of the function's own, made from Props.
	HttpApi awsapigatewayv2.IHttpApi

	// Props describe the API of the function's own. Not together with HttpApi.
	//
	// Default: the defaults of ApiProps.
	Props *ApiProps

	// Path comes before the architecture: "/prime" gives "/prime/arm64". It starts
	// with a slash and does not end with one.
	//
	// Default: "", nothing before the architecture.
	Path *string

	// SubPaths are the paths below each prefix that are routed, each starting with
	// a slash; "/" is the prefix itself.
	//
	// Default: "/" and "/{proxy+}", the prefix and everything below it.
	SubPaths *[]*string

	// Methods are the HTTP methods that are routed.
	//
	// Default: awsapigatewayv2.HttpMethod_ANY, all of them.
	Methods *[]awsapigatewayv2.HttpMethod

	// Authorizer decides who may call. awsapigatewayv2.NewHttpNoneAuthorizer()
	// opens the routes to everyone.
	//
	// Default: the default authorizer of HttpApi; IAM if it has none, and for an
	// API of the function's own: callers need GrantInvokeApi.
	Authorizer awsapigatewayv2.IHttpRouteAuthorizer

	// PreflightRoutes adds routes for OPTIONS without an authorizer. A browser sends such a request, a preflight, before
	// it calls an API of another origin with authorization, and never authorizes it: a route for any method would take
	// it, and its authorizer refuse it. The routes lead to the function, which has to answer OPTIONS with 200 or 204 and
	// must not do anything else then: whoever sends the request has no authorization. API Gateway adds the headers of
	// the API's CORS configuration. If true is given, each path gets one. Not together with OPTIONS in Methods.
	//
	// Default: if the API has CORS, each path with a route for any method gets one, and each path at all if the API's
	// route "$default" has an authorizer. Without CORS there are none, nor for an API of another app, with a warning.
	PreflightRoutes *bool
}

// disabled reports whether the function has no API.
func (o *ApiOptions) disabled() bool {
	return prop.Value(o.Disabled)
}

// routes returns the routes that the options ask for, in the order in which they
// are made.
func (o *ApiOptions) routes(primary architecture, serving *ServingOptions) []route {
	path := prop.Value(o.Path)
	subPaths := prop.Values(o.SubPaths)
	if o.SubPaths == nil {
		subPaths = []string{"/", "/{proxy+}"}
	}
	methods := prop.Value(o.Methods)
	if o.Methods == nil {
		methods = []awsapigatewayv2.HttpMethod{awsapigatewayv2.HttpMethod_ANY}
	}
	var routes []route
	add := func(prefix string, to target) {
		for _, subPath := range subPaths {
			for _, method := range methods {
				routes = append(routes, route{method, joinPath(prefix, subPath), to})
			}
		}
	}
	if serving == nil || !prop.Value(serving.Only) {
		for _, arch := range architectures {
			add(path+"/"+string(arch), target(arch.id()))
		}
	}
	if serving != nil {
		add(path, toServing)
	} else {
		add(path, target(primary.id()))
	}
	return routes
}

// target is the function that a route leads to: "X86", "Arm64", or the serving one.
type target string

const toServing target = "Serving"

// route sends requests that match its key to a function.
type route struct {
	method awsapigatewayv2.HttpMethod
	path   string
	to     target
}

// key returns the route's key in API Gateway: "ANY /prime/arm64".
func (r route) key() string {
	return string(r.method) + " " + r.path
}

// joinPath appends a sub-path to a prefix; "/" is the prefix itself.
func joinPath(prefix, subPath string) string {
	if subPath != "/" {
		return prefix + subPath
	}
	if prefix == "" {
		return "/"
	}
	return prefix
}
