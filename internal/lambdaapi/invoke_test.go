package lambdaapi

import (
	"encoding/base64"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
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

// sized is a body whose length is known, as Lambda's are.
func sized(length int) func(int) (*http.Response, error) {
	return func(int) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, ContentLength: int64(length), Body: io.NopCloser(io.LimitReader(zeros{}, int64(length)))}, nil
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

// What an invocation is billed stands in its log's tail, under its request's id.
func TestInvocationsBringTheirReports(t *testing.T) {
	tail := "START RequestId: 8f5\nREPORT RequestId: 8f5\tDuration: 1.00 ms\n"
	r := &remote{answer: func(int) (*http.Response, error) {
		header := http.Header{"X-Amzn-Requestid": {"8f5"}, "X-Amz-Log-Result": {base64.StdEncoding.EncodeToString([]byte(tail))}, "X-Amz-Function-Error": {"Unhandled"}}
		return &http.Response{StatusCode: http.StatusOK, Header: header, ContentLength: 4, Body: io.NopCloser(strings.NewReader("null"))}, nil
	}}
	answer, err := r.client().Invoke(t.Context(), function, "3", "", nil)
	require.NoError(t, err)
	require.Equal(t, cloud.Invocation{Payload: []byte("null"), FunctionError: "Unhandled", LogTail: tail, RequestID: "8f5"}, answer)
	require.Equal(t, []string{"Tail"}, r.requests[0].Header.Values("X-Amz-Log-Type"))
}

// Measure's memory is divided by the answers that it may have at once: each takes its length and no more.
func TestAnswersTakeTheirLength(t *testing.T) {
	const length = 6 << 20
	client := (&remote{answer: sized(length)}).client()
	invoke := func() {
		answer, err := client.Invoke(t.Context(), function, "3", "", nil)
		require.NoError(t, err)
		require.Len(t, answer.Payload, length)
	}
	invoke() // what the SDK makes once
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	invoke()
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(length+length/8))
}

func TestAnswersOfAnyLength(t *testing.T) {
	for _, length := range []int{0, 1, 511, 512, 513, 600_000} {
		answer, err := (&remote{answer: sized(length)}).client().Invoke(t.Context(), function, "3", "", nil)
		require.NoError(t, err)
		require.Equal(t, strings.Repeat("0", length), string(answer.Payload))
	}
	unknown := sized(1000)
	answer, err := (&remote{answer: func(n int) (*http.Response, error) {
		response, err := unknown(n)
		response.ContentLength = -1
		return response, err
	}}).client().Invoke(t.Context(), function, "3", "", nil)
	require.NoError(t, err)
	require.Len(t, answer.Payload, 1000)
}

// An answer that breaks off is lost: nobody knows what came of the invocation.
func TestAnswersThatBreakOff(t *testing.T) {
	_, err := (&remote{answer: func(int) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, ContentLength: 10, Body: io.NopCloser(strings.NewReader("short"))}, nil
	}}).client().Invoke(t.Context(), function, "3", "", nil)
	require.ErrorIs(t, err, cloud.ErrUnknown)
}
