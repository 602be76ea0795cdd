package dualarch

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"

	"github.com/dualarch/dualarch/constructs/internal/cdkcompat"
	"github.com/dualarch/dualarch/constructs/internal/prop"
)

// apiRoute is a route of an API as its resource has it.
type apiRoute struct {
	api        string // its id
	path       string // of the resource's construct
	key        string // "ANY /web", "$default"
	authorized bool
}

// routesOf returns an API's routes in the stage.
func (t *tree) routesOf(httpApi awsapigatewayv2.IHttpApi) []apiRoute {
	if t.read == nil { // once for all functions: each route takes several calls to Node.js
		t.read = make([]apiRoute, len(t.routes))
		for i, r := range t.routes {
			t.read[i] = apiRoute{*r.ApiId(), strings.TrimSuffix(*r.Node().Path(), "/Resource"), prop.Value(r.RouteKey()), authorized(r)}
		}
	}
	id := *httpApi.ApiId()
	var all []apiRoute
	for _, r := range t.read {
		if r.api == id {
			all = append(all, r)
		}
	}
	return all
}

// checkPreflights returns the routes for OPTIONS that somebody else made too, and warns of preflights that are refused.
func (f *function) checkPreflights(t *tree) []string {
	decided := !f.authorized || f.preflightsGiven
	if f.httpApi == nil || decided && len(f.preflights) == 0 {
		return nil
	}
	known := corsOf(f.httpApi)
	if known == withoutCORS && len(f.preflights) == 0 {
		return nil
	}
	path := *f.httpApi.Node().Path()
	if known == unknownCORS {
		if taker, found := f.ownTaker(); found && !decided {
			cdkcompat.Warn(f, corsID, fmt.Sprintf("Api: it is not known here whether %q has CORS. If it has, a browser's preflight is refused with 401 or 403: "+
				"it is an OPTIONS request without authorization, which the route %q takes. %s, or set it to false if no browser calls the API", path, taker, giveRoutes))
		}
	}
	routes := t.routesOf(f.httpApi)
	if known == withCORS && !decided {
		f.warnOfRefusedPreflights(path, routes)
	}
	return f.madeTwice(path, routes)
}

const giveRoutes = "Set Api.PreflightRoutes to true for routes for OPTIONS without an authorizer"

// ownTaker returns the first of the function's own routes that takes preflights.
func (f *function) ownTaker() (key string, found bool) {
	for _, r := range f.asked {
		if r.method == awsapigatewayv2.HttpMethod_ANY || r.method == awsapigatewayv2.HttpMethod_OPTIONS {
			return r.key(), true
		}
	}
	return "", false
}

// warnOfRefusedPreflights warns of the first path whose preflights a route with an authorizer takes.
func (f *function) warnOfRefusedPreflights(api string, routes []apiRoute) {
	for _, asked := range f.asked {
		taker, found := takerOf(asked.path, routes)
		if !found || !taker.authorized {
			continue
		}
		remedy := giveRoutes
		if taker.key == string(awsapigatewayv2.HttpMethod_OPTIONS)+" "+asked.path {
			remedy = "Leave OPTIONS out of Api.Methods, so that it gets a route without an authorizer"
		}
		cdkcompat.Warn(f, corsID, fmt.Sprintf("Api: %q has CORS, but a browser's preflight for %s is refused with 401 or 403: it is an OPTIONS request without authorization, "+
			"and the route %q, which takes it, has an authorizer. %s, or set Api.PreflightRoutes to false if no browser calls the API", api, asked.path, taker.key, remedy))
		return
	}
}

// madeTwice returns the routes for OPTIONS that are in the app twice: API Gateway refuses the second of a key (409).
func (f *function) madeTwice(api string, routes []apiRoute) []string {
	own, keys := map[string]bool{}, map[string]bool{}
	for _, made := range f.preflights {
		own[*made.Node().Path()] = true
	}
	for _, r := range routes {
		keys[r.key] = keys[r.key] || own[r.path]
	}
	var stop []string
	for _, r := range routes {
		if keys[r.key] && !own[r.path] {
			stop = append(stop, fmt.Sprintf("%s: Api: the route %q of %q is %q too, and API Gateway takes a route once (409); set Api.PreflightRoutes to false, or remove that one",
				*f.Node().Path(), r.key, api, r.path))
		}
	}
	return stop
}

// takerOf returns the route that takes an OPTIONS request for a path: API Gateway prefers a whole path to a greedy
// variable, the longer of two, the method to ANY, and "$default" last.
func takerOf(path string, routes []apiRoute) (best apiRoute, found bool) {
	most := -1
	for _, r := range routes {
		if rank := rankFor(path, r.key); rank > most {
			best, most, found = r, rank, true
		}
	}
	return best, found
}

// rankFor returns how near a route is to an OPTIONS request for a path, or -1 if it does not take it.
func rankFor(path, key string) int {
	if key == "$default" {
		return 0
	}
	method, pattern, _ := strings.Cut(key, " ")
	rank := 1
	switch awsapigatewayv2.HttpMethod(method) {
	case awsapigatewayv2.HttpMethod_OPTIONS:
		rank++
	case awsapigatewayv2.HttpMethod_ANY:
	default:
		return -1
	}
	segments, of := strings.Split(pattern, "/"), strings.Split(path, "/")
	const whole = 1000 // more than any number of segments
	for i, segment := range segments {
		greedy := strings.HasSuffix(segment, "+}")
		switch {
		case i >= len(of):
			return -1
		case segment == of[i]:
			rank += 4
		case greedy && of[i] != "":
			return rank + 2
		case strings.HasPrefix(segment, "{") && !greedy && of[i] != "" && !strings.HasSuffix(of[i], "+}"):
			rank += 2
		default:
			return -1
		}
	}
	if len(segments) != len(of) {
		return -1
	}
	return rank + whole
}
