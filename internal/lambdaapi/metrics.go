package lambdaapi

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
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

// metric reads a metric's values.
func (c *Client) metric(ctx context.Context, function string, since time.Time, q metricQuery) ([]float64, error) {
	ctx, cancel := context.WithTimeout(ctx, metricsTimeout)
	defer cancel()
	body, err := q.body(since, time.Now())
	if err != nil {
		return nil, err
	}
	var data struct{ MetricDataResults []struct{ Values []float64 } }
	if err := c.callJSON(ctx, monitoring, "GetMetricData", function, body, &data); err != nil {
		return nil, err
	}
	var values []float64
	for _, r := range data.MetricDataResults {
		values = append(values, r.Values...)
	}
	return values, nil
}
