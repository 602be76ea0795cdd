package lambdaapi

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

// A user's configuration has no HTTP client: the SDK's clients bring their own.
func TestOpenWithoutAnHTTPClient(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/results/night/fleet.json" {
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>")
			return
		}
		_, err := io.WriteString(w, `{"fleet":1}`)
		assert.NoError(t, err)
	}))
	defer server.Close()
	client := New(aws.Config{Region: "eu-west-1", BaseEndpoint: &server.URL, Credentials: aws.AnonymousCredentials{}})
	body, err := client.Open(t.Context(), "s3://results/night/fleet.json")
	require.NoError(t, err)
	text, err := io.ReadAll(body)
	require.NoError(t, err)
	require.NoError(t, body.Close())
	require.Equal(t, `{"fleet":1}`, string(text))
	_, err = client.Open(t.Context(), "s3://results/other.json")
	require.ErrorIs(t, err, cloud.ErrNotFound)
}
