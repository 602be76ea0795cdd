package lambdaapi

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

// The tuner limits the rate of its calls to Lambda, so it retries them itself; the SDK retries those to other
// services.
func TestWhatIsTriedAgain(t *testing.T) {
	for name, test := range map[string]struct {
		call  func(context.Context, *Client) error
		tries int
	}{
		"Lambda": {func(ctx context.Context, c *Client) error {
			_, err := c.Configuration(ctx, function, "$LATEST")
			return err
		}, 1},
		"S3": {func(ctx context.Context, c *Client) error {
			_, err := c.Object(ctx, "s3://bucket/key")
			return err
		}, 3},
		"Step Functions": {func(ctx context.Context, c *Client) error {
			_, _, err := c.Ended(ctx, "arn:aws:states:eu-west-1:123456789012:execution:tune:run")
			return err
		}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &remote{answer: status(500, "ServiceException", `{}`)}
				require.ErrorIs(t, test.call(t.Context(), r.client()), cloud.ErrUnknown)
				require.Len(t, r.requests, test.tries)
			})
		})
	}
}

func TestHTTPClientKeepsItsConnections(t *testing.T) {
	client := HTTPClient()
	require.GreaterOrEqual(t, client.GetTransport().MaxIdleConns, 400)
	require.GreaterOrEqual(t, client.GetTransport().MaxIdleConnsPerHost, 400)
	require.Equal(t, 30*time.Second, client.GetDialer().KeepAlive)
}

func TestCallsGoToTheFunctionsRegion(t *testing.T) {
	r := &remote{answer: status(200, "", `{}`)}
	_, err := r.client().Configuration(t.Context(), function, "7")
	require.NoError(t, err)
	require.Equal(t, "lambda.eu-west-1.amazonaws.com", r.requests[0].URL.Host)
	require.Contains(t, r.requests[0].URL.Path, function+":7")
}
