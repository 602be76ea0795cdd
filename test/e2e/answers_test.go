package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/demostack"
)

// machines are the architectures by the name the kernel gives them. The emulator does not look
// at Lambda's Architectures: only the binary's own word proves which one answered.
var machines = map[string]string{"x86_64": "x86_64", "arm64": "aarch64"}

func testAnswers(ctx context.Context, t *testing.T, s *demostack.Stack) {
	const trivia = `{"number":5,"type":"trivia"}`
	for _, architecture := range demostack.Architectures {
		requireNumber(ctx, t, s, s.Outputs.URL("Number", architecture), machines[architecture])
		requirePrime(ctx, t, s, s.Outputs.URL("Prime", architecture), machines[architecture])
		requirePrime(ctx, t, s, s.Outputs.URL("Prime", architecture)+"/any/path/below", machines[architecture])
	}
	// Without an architecture in the path the primary answers, which is arm64 by default.
	requireNumber(ctx, t, s, s.Outputs["ApiBasePath"]+"number", "aarch64")
	requirePrime(ctx, t, s, s.Outputs["ApiBasePath"]+"prime", "aarch64")

	requireForbidden(ctx, t, s, s.Outputs.URL("Prime", "x86_64"))
	requireForbidden(ctx, t, s, s.Outputs["ApiBasePath"]+"prime")
	status, answer, err := s.Emulator.Call(ctx, http.MethodPost, s.Outputs.URL("Number", "arm64"), `{"number":5,"type":"gossip"}`)
	require.NoError(t, err)
	require.Equal(t, http.StatusBadRequest, status, answer)
	status, answer, err = s.Emulator.Call(ctx, http.MethodPost, s.Outputs["ApiBasePath"]+"nowhere", trivia)
	require.NoError(t, err)
	require.Equal(t, http.StatusNotFound, status, answer)
}

func requireNumber(ctx context.Context, t *testing.T, s *demostack.Stack, url, machine string) {
	t.Helper()
	status, answer, err := s.Emulator.Call(ctx, http.MethodPost, url, `{"number":5,"type":"trivia"}`)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status, answer)
	require.Equal(t, "Running on:"+machine+" - 5 is a number that the stub was asked for trivia about.", answer)
}

func requirePrime(ctx context.Context, t *testing.T, s *demostack.Stack, url, machine string) {
	t.Helper()
	status, answer, err := s.Emulator.Call(ctx, http.MethodGet, url+"?max=1000", "")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status, answer)
	var report struct {
		Machine string
		Elapsed float64
		Message string
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &report), answer)
	require.Equal(t, machine, report.Machine)
	require.Equal(t, "There are 168 prime numbers <= 1000", report.Message)
	require.Positive(t, report.Elapsed)
}

// requireForbidden calls without a signature: authorisation by IAM is the default.
func requireForbidden(ctx context.Context, t *testing.T, s *demostack.Stack, url string) {
	t.Helper()
	local, err := s.Emulator.LocalURL(url + "?max=1000")
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, local, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusForbidden, response.StatusCode)
}
