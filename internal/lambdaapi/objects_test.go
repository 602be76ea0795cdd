package lambdaapi

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
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

func TestPutObject(t *testing.T) {
	r := &remote{answer: status(200, "", "")}
	require.NoError(t, r.client().PutObject(t.Context(), "s3://bucket/Prime/latest.json", []byte(`{"a":1}`), false))
	require.Equal(t, "PUT", r.requests[0].Method)
	require.Equal(t, "/Prime/latest.json", r.requests[0].URL.Path)
	require.Equal(t, "application/json", r.requests[0].Header.Get("Content-Type"))
	require.Empty(t, r.requests[0].Header.Get("If-None-Match"))
	require.Contains(t, r.bodies[0], `{"a":1}`)

	r = &remote{answer: status(412, "", `<Error><Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not hold</Message></Error>`)}
	err := r.client().PutObject(t.Context(), "s3://bucket/Prime/latest.json", []byte(`{}`), true)
	require.ErrorIs(t, err, cloud.ErrPrecondition)
	require.Equal(t, "*", r.requests[0].Header.Get("If-None-Match"))

	r = &remote{answer: status(404, "", `<Error><Code>NoSuchKey</Code></Error>`)}
	_, err = r.client().Object(t.Context(), "s3://bucket/Prime/latest.json")
	require.ErrorIs(t, err, cloud.ErrNotFound)
	require.EqualError(t, r.client().PutObject(t.Context(), "key", nil, false), `not allowed: "key" is not of the form s3://bucket/key`)
}
