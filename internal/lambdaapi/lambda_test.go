package lambdaapi

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDeleteVersionNeedsANumber(t *testing.T) {
	for _, version := range []string{"", "$LATEST", "live", "0", "-1"} {
		r := &remote{answer: status(204, "", "")}
		require.EqualError(t, r.client().DeleteVersion(t.Context(), function, version), `not allowed: "`+version+`" is not a version's number`)
		require.Empty(t, r.requests)
	}
	r := &remote{answer: status(204, "", "")}
	require.NoError(t, r.client().DeleteVersion(t.Context(), function, "12"))
	require.Contains(t, r.requests[0].URL.Path, function+":12")
	require.Equal(t, "12", r.requests[0].URL.Query().Get("Qualifier"))
}
