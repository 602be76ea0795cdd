package httpapi

import (
	"errors"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/stretchr/testify/require"
)

func TestBody(t *testing.T) {
	body, err := Body(events.APIGatewayV2HTTPRequest{Body: "plain"})
	require.NoError(t, err)
	require.Equal(t, "plain", string(body))

	body, err = Body(events.APIGatewayV2HTTPRequest{Body: "cGxhaW4=", IsBase64Encoded: true})
	require.NoError(t, err)
	require.Equal(t, "plain", string(body))

	_, err = Body(events.APIGatewayV2HTTPRequest{Body: "plain!", IsBase64Encoded: true})
	require.EqualError(t, err, "body: marked as base64 but is not")
}

func TestResponses(t *testing.T) {
	require.Equal(t, events.APIGatewayV2HTTPResponse{
		StatusCode: 200, Headers: map[string]string{"Content-Type": "text/plain; charset=utf-8"}, Body: "a fact",
	}, Text(200, "a fact"))

	got, err := Error(400, errors.New(`max: "x"`))
	require.NoError(t, err)
	require.Equal(t, events.APIGatewayV2HTTPResponse{
		StatusCode: 400, Headers: map[string]string{"Content-Type": "application/json"}, Body: `{"error":"max: \"x\""}`,
	}, got)

	got, err = JSON(200, "primes <= 10")
	require.NoError(t, err)
	require.Equal(t, `"primes <= 10"`, got.Body)

	_, err = JSON(200, func() {})
	require.EqualError(t, err, "json: unsupported type: func()")
}
