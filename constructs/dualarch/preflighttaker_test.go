package dualarch

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The route that API Gateway takes for an OPTIONS request: of those that match, the whole path before a greedy variable,
// then the longest prefix, then the method before ANY, and "$default" last.
func TestTheRouteThatTakesAPreflight(t *testing.T) {
	for _, test := range []struct {
		path   string
		routes []string
		want   string
	}{
		{"/web", nil, ""},
		{"/web", []string{"GET /web", "POST /{proxy+}", "ANY /other", "ANY /web/{proxy+}", "ANY /web/more"}, ""},
		{"/web", []string{"$default"}, "$default"},
		{"/web", []string{"$default", "ANY /{proxy+}"}, "ANY /{proxy+}"},
		{"/web", []string{"ANY /{proxy+}", "OPTIONS /{proxy+}"}, "OPTIONS /{proxy+}"},
		{"/web", []string{"OPTIONS /{proxy+}", "ANY /{id}"}, "ANY /{id}"},
		{"/web", []string{"OPTIONS /{id}", "ANY /web"}, "ANY /web"},
		{"/web", []string{"ANY /web", "OPTIONS /web"}, "OPTIONS /web"},
		{"/", []string{"ANY /{proxy+}", "ANY /{id}"}, ""},
		{"/", []string{"ANY /", "ANY /{proxy+}"}, "ANY /"},
		{"/web/{proxy+}", []string{"OPTIONS /{proxy+}", "ANY /web/{proxy+}"}, "ANY /web/{proxy+}"},
		{"/web/{proxy+}", []string{"ANY /web/{id}", "ANY /web"}, ""},
		{"/web/{id}/x", []string{"ANY /web/{proxy+}", "OPTIONS /{proxy+}"}, "ANY /web/{proxy+}"},
		{"/web/{id}/x", []string{"ANY /web/{order}/x", "OPTIONS /web/{proxy+}"}, "ANY /web/{order}/x"},
	} {
		var routes []apiRoute
		for _, key := range test.routes {
			routes = append(routes, apiRoute{key: key})
		}
		taker, found := takerOf(test.path, routes)
		require.Equal(t, test.want, taker.key, "%s of %q", test.path, test.routes)
		require.Equal(t, test.want != "", found)
	}
}
