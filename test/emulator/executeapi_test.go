package emulator

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLocalURL(t *testing.T) {
	e := &Emulator{URL: "http://127.0.0.1:4566"}
	for _, c := range []struct{ api, want, err string }{
		{
			api:  "https://abc123.execute-api.us-east-1.amazonaws.com/",
			want: "http://127.0.0.1:4566/_aws/execute-api/abc123/$default/",
		},
		{
			api:  "https://abc123.execute-api.eu-west-1.amazonaws.com/prime/arm64?max=1000&x=%2F",
			want: "http://127.0.0.1:4566/_aws/execute-api/abc123/$default/prime/arm64?max=1000&x=%2F",
		},
		{
			api: "https://example.com/prime",
			err: `not an API's URL: "https://example.com/prime"; want https://<api id>.execute-api.<region>.amazonaws.com/…`,
		},
		{
			api: "",
			err: `not an API's URL: ""; want https://<api id>.execute-api.<region>.amazonaws.com/…`,
		},
	} {
		got, err := e.LocalURL(c.api)
		if c.err != "" {
			require.EqualError(t, err, c.err)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
}

func TestCallSignsAndReturnsStatusAndBody(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if !strings.Contains(r.Header.Get("Authorization"), "/us-east-1/execute-api/aws4_request") {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, r.Method+" "+r.URL.String()+" "+string(body))
	}))
	defer server.Close()
	e := &Emulator{URL: server.URL}
	status, body, err := e.Call(t.Context(), http.MethodPost, "https://abc.execute-api.us-east-1.amazonaws.com/number/arm64", `{"number":5}`)
	require.NoError(t, err)
	require.Equal(t, http.StatusTeapot, status)
	require.Equal(t, `POST /_aws/execute-api/abc/$default/number/arm64 {"number":5}`, body)
}
