package lambdaapi

import (
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

// Client makes the calls; it is safe for concurrent use.
type Client struct {
	lambda *lambda.Client
	logs   *cloudwatchlogs.Client
	sfn    *sfn.Client
	config aws.Config // for the services of jsonservice.go, and for S3: see objects.go
}

var (
	_ cloud.Lambda     = (*Client)(nil)
	_ cloud.Logs       = (*Client)(nil)
	_ cloud.Objects    = (*Client)(nil)
	_ cloud.Executions = (*Client)(nil)
	_ cloud.Metrics    = (*Client)(nil)
	_ cloud.Results    = (*Client)(nil)
)

// New returns a client. Calls to Lambda are tried once, whatever the configuration says: the tuner itself
// finds out what became of them, and limits their rate, which the SDK's retries would not. The others,
// which only read, are tried three times.
func New(cfg aws.Config) *Client {
	cfg = cfg.Copy()
	cfg.RetryMaxAttempts, cfg.RetryMode = 0, ""
	cfg.Retryer = func() aws.Retryer { return retry.NewStandard() }
	if cfg.HTTPClient == nil { // a user's configuration leaves it to the SDK's clients
		cfg.HTTPClient = HTTPClient()
	}
	return &Client{
		lambda: lambda.NewFromConfig(cfg, func(o *lambda.Options) { o.Retryer = aws.NopRetryer{} }),
		logs:   cloudwatchlogs.NewFromConfig(cfg),
		sfn:    sfn.NewFromConfig(cfg),
		config: cfg,
	}
}

// HTTPClient returns the client for an aws.Config on AWS. It keeps as many connections as Measure has
// invocations at once, so that a measurement does not begin with a handshake; the SDK's dialer sends TCP
// keep-alives every 30 seconds, so that NAT gateways keep a connection that waits 30 minutes for its
// answer.
func HTTPClient() *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.MaxIdleConns, t.MaxIdleConnsPerHost = maxIdle, maxIdle
	})
}

const maxIdle = 500

// region sends a call to the region of its function.
func region(function string) func(*lambda.Options) {
	return func(o *lambda.Options) {
		if parts := strings.Split(function, ":"); len(parts) > 3 {
			o.Region = parts[3]
		}
	}
}
