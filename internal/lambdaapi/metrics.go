package lambdaapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

// metricsTimeout is how long CloudWatch is waited for. From a VPC without a way to it no answer comes at all, and an
// execution can do without.
const metricsTimeout = 5 * time.Second

// MostConcurrent returns the highest ConcurrentExecutions of the account in the function's region. It counts
// invocations of functions with reserved concurrency too, so what it leaves free is rather too little than too much.
func (c *Client) MostConcurrent(ctx context.Context, function string, since time.Time) (int, error) {
	values, err := c.metric(ctx, function, since, metricQuery{name: "ConcurrentExecutions", stat: "Maximum", period: time.Minute})
	most := 0.0
	for _, v := range values {
		most = math.Max(most, v)
	}
	return int(most), err
}

// LatestInvocations sums Invocations of the resources that stand for $LATEST: the function's name alone, and with it.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
func (c *Client) LatestInvocations(ctx context.Context, function string, since time.Time) (int, error) {
	name := arn.Name(function)
	query := metricQuery{name: "Invocations", stat: "Sum", period: time.Hour, function: name, resources: []string{name, name + ":$LATEST"}}
	values, err := c.metric(ctx, function, since, query)
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return int(sum), err
}

// metricQuery asks for one metric of Lambda, of some resources of a function or of the account.
type metricQuery struct {
	name, stat string
	period     time.Duration
	function   string
	resources  []string
}

type dimension struct{ Name, Value string }

// body is what GetMetricData is sent.
func (q metricQuery) body(from, to time.Time) ([]byte, error) {
	resources := [][]dimension{{}}
	if q.function != "" {
		resources = nil
		for _, r := range q.resources {
			resources = append(resources, []dimension{{"FunctionName", q.function}, {"Resource", r}})
		}
	}
	var queries []any
	for i, dimensions := range resources {
		queries = append(queries, map[string]any{"Id": fmt.Sprintf("m%d", i), "MetricStat": map[string]any{
			"Metric": map[string]any{"Namespace": "AWS/Lambda", "MetricName": q.name, "Dimensions": dimensions},
			"Period": q.period.Seconds(), "Stat": q.stat,
		}})
	}
	return json.Marshal(map[string]any{"StartTime": from.Unix(), "EndTime": to.Unix(), "MetricDataQueries": queries})
}

// metric reads a metric's values. It speaks the service's JSON protocol itself: one small call is no reason to have the
// SDK's client of a whole service in every user's module graph.
func (c *Client) metric(ctx context.Context, function string, since time.Time, q metricQuery) ([]float64, error) {
	ctx, cancel := context.WithTimeout(ctx, metricsTimeout)
	defer cancel()
	now := time.Now()
	body, err := q.body(since, now)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.metricsEndpoint(function), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	req.Header.Set("X-Amz-Target", "GraniteServiceVersion20100801.GetMetricData")
	if err := c.sign(ctx, req, body, arn.Region(function), now); err != nil {
		return nil, err
	}
	res, err := c.config.HTTPClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w: GetMetricData: %w", cloud.ErrUnknown, err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: GetMetricData: %w", cloud.ErrUnknown, err)
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%w: GetMetricData: HTTP %d", meaningOfStatus(res.StatusCode), res.StatusCode)
	}
	var data struct{ MetricDataResults []struct{ Values []float64 } }
	if err := json.Unmarshal(answer, &data); err != nil {
		return nil, fmt.Errorf("%w: GetMetricData: %w", cloud.ErrUnknown, err)
	}
	var values []float64
	for _, r := range data.MetricDataResults {
		values = append(values, r.Values...)
	}
	return values, nil
}

func meaningOfStatus(code int) error {
	if code == http.StatusBadRequest || code == http.StatusForbidden {
		return cloud.ErrDenied // in this protocol a refusal has either
	}
	return cloud.ErrUnknown
}

func (c *Client) metricsEndpoint(function string) string {
	if c.config.BaseEndpoint != nil {
		return *c.config.BaseEndpoint
	}
	domain := "amazonaws.com"
	if strings.HasPrefix(arn.Partition(function), "aws-cn") {
		domain += ".cn"
	}
	return "https://monitoring." + arn.Region(function) + "." + domain + "/"
}

func (c *Client) sign(ctx context.Context, req *http.Request, body []byte, region string, now time.Time) error {
	if aws.IsCredentialsProvider(c.config.Credentials, aws.AnonymousCredentials{}) {
		return nil
	}
	credentials, err := c.config.Credentials.Retrieve(ctx)
	if err != nil {
		return fmt.Errorf("signing GetMetricData: %w", err)
	}
	hash := sha256.Sum256(body)
	return v4.NewSigner().SignHTTP(ctx, credentials, req, hex.EncodeToString(hash[:]), "monitoring", region, now)
}
