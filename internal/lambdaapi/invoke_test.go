package lambdaapi

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A step's own trace is sampled. Its invocations must not be: a function is measured as it runs in
// production, where few invocations are traced.
func TestInvocationsAreNotTraced(t *testing.T) {
	const header = "X-Amzn-Trace-Id"
	invoke := func(t *testing.T) string {
		r := &remote{answer: status(200, "", `{}`)}
		_, err := r.client().Invoke(t.Context(), function, "3", "", nil)
		require.NoError(t, err)
		return r.requests[0].Header.Get(header)
	}
	t.Setenv("AWS_LAMBDA_FUNCTION_NAME", "measure")
	for trace, want := range map[string]string{
		"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1;Lineage=1:a87bd80c:0": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=0;Lineage=1:a87bd80c:0",
		"Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=1:a87bd80c:0":                                   "Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=1:a87bd80c:0;Sampled=0",
	} {
		t.Setenv("_X_AMZN_TRACE_ID", trace)
		require.Equal(t, want, invoke(t))
	}
	t.Setenv("_X_AMZN_TRACE_ID", "")
	require.Empty(t, invoke(t))
}

func TestInvocationsNameTheTenant(t *testing.T) {
	for tenant, want := range map[string][]string{"": nil, "blue 7": {"blue 7"}} {
		r := &remote{answer: status(200, "", `{}`)}
		_, err := r.client().Invoke(t.Context(), function, "3", tenant, nil)
		require.NoError(t, err)
		require.Equal(t, want, r.requests[0].Header.Values("X-Amz-Tenant-Id"))
	}
}
