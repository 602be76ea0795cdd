package lambdaapi

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestObject(t *testing.T) {
	r := &remote{answer: status(200, "", `{"a":1}`)}
	body, err := r.client().Object(t.Context(), "s3://bucket/some%20folder/payload.json")
	require.NoError(t, err)
	require.Equal(t, `{"a":1}`, string(body))
	require.Equal(t, "/some folder/payload.json", r.requests[0].URL.Path)
	_, err = r.client().Object(t.Context(), "bucket/key")
	require.EqualError(t, err, `not allowed: "bucket/key" is not of the form s3://bucket/key`)
}
