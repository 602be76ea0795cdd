package main

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/functions/internal/machine"
	"github.com/dualarch/dualarch/functions/prime/primes"
)

func invoke(t *testing.T, event string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	var request events.APIGatewayV2HTTPRequest
	require.NoError(t, json.Unmarshal([]byte(event), &request))
	response, err := handle(t.Context(), request)
	require.NoError(t, err)
	return response
}

func TestTheEventFileAndATunersPayloadAreAnswered(t *testing.T) {
	file, err := os.ReadFile("../events/prime.json")
	require.NoError(t, err)
	for event, message := range map[string]string{
		string(file): "There are 78498 prime numbers <= 1000000",
		`{"queryStringParameters":{"max":"10000"}}`: "There are 1229 prime numbers <= 10000",
	} {
		response := invoke(t, event)
		require.Equal(t, 200, response.StatusCode)
		require.Equal(t, "application/json", response.Headers["Content-Type"])
		var report primes.Report
		require.NoError(t, json.Unmarshal([]byte(response.Body), &report))
		require.Equal(t, machine.Name(), report.Machine)
		require.Equal(t, message, report.Message)
	}
}

func TestAWrongMaxIsTheClients(t *testing.T) {
	response := invoke(t, `{}`)
	require.Equal(t, 400, response.StatusCode)
	require.Equal(t, `{"error":"max: missing; want a whole number from 0 to 10000000"}`, response.Body)

	response = invoke(t, `{"queryStringParameters":{"max":"x"}}`)
	require.Equal(t, 400, response.StatusCode)
	require.Equal(t, `{"error":"max: \"x\" is not a whole number from 0 to 10000000"}`, response.Body)
}

func TestPause(t *testing.T) {
	for setting, want := range map[string]time.Duration{"": 0, "aarch64=1s": 0, "x86_64=500ms": 500 * time.Millisecond} {
		pause, err := pauseOn("x86_64", setting)
		require.NoError(t, err)
		require.Equal(t, want, pause)
	}
	_, err := pauseOn("x86_64", "x86_64")
	require.EqualError(t, err, `PRIME_PAUSE: "x86_64" was given; give a machine and a time, x86_64=500ms for example`)
}
