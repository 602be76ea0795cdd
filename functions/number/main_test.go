package main

import (
	"bytes"
	"encoding/json"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/functions/internal/machine"
	"github.com/dualarch/dualarch/functions/number/fact"
)

// invoke runs the handler on an event, against a service that answers with the
// path it was asked for, and returns what was logged as well.
func invoke(t *testing.T, status int, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte("a fact for " + r.URL.Path))
	}))
	t.Cleanup(server.Close)
	service, err := fact.NewService(server.URL)
	require.NoError(t, err)

	var logged bytes.Buffer
	log.SetOutput(&logged)
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	response, err := handler(service)(t.Context(), event)
	require.NoError(t, err)
	return response, logged.String()
}

func TestTheEventFileIsAnswered(t *testing.T) {
	text, err := os.ReadFile("../events/number.json")
	require.NoError(t, err)
	var event events.APIGatewayV2HTTPRequest
	require.NoError(t, json.Unmarshal(text, &event))

	response, logged := invoke(t, 200, event)
	require.Equal(t, 200, response.StatusCode)
	require.Equal(t, "Running on:"+machine.Name()+" - a fact for /5/trivia", response.Body)
	require.Empty(t, logged)
}

func TestABase64BodyIsAnswered(t *testing.T) {
	response, _ := invoke(t, 200, events.APIGatewayV2HTTPRequest{
		Body: "eyJudW1iZXIiOiA3LCAidHlwZSI6ICJtYXRoIn0=", IsBase64Encoded: true,
	})
	require.Equal(t, "Running on:"+machine.Name()+" - a fact for /7/math", response.Body)
}

func TestWrongRequestsAreTheClients(t *testing.T) {
	for _, test := range []struct {
		event events.APIGatewayV2HTTPRequest
		want  string
	}{
		{events.APIGatewayV2HTTPRequest{}, `{"error":"body: want JSON such as {\"number\": 5, \"type\": \"trivia\"}"}`},
		{events.APIGatewayV2HTTPRequest{Body: "???", IsBase64Encoded: true}, `{"error":"body: marked as base64 but is not"}`},
		{events.APIGatewayV2HTTPRequest{Body: `{"number": 424242}`}, `{"error":"type: missing; want one of trivia, math, date, year"}`},
	} {
		response, logged := invoke(t, 200, test.event)
		require.Equal(t, 400, response.StatusCode)
		require.Equal(t, test.want, response.Body)
		require.Empty(t, logged)
	}
}

func TestAFailingServiceIsABadGatewayAndTheLogSaysNothingOfTheEvent(t *testing.T) {
	response, logged := invoke(t, 503, events.APIGatewayV2HTTPRequest{Body: `{"number": 424242, "type": "trivia"}`})
	require.Equal(t, 502, response.StatusCode)
	require.Equal(t, `{"error":"the numbers service answered with status 503"}`, response.Body)
	require.Contains(t, logged, "the numbers service answered with status 503")
	require.NotContains(t, logged, "424242")
	require.NotContains(t, logged, "trivia")
}
