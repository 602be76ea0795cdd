package survey

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
)

// What the survey itself costs in USD: $0.01 for 1,000 metrics requested by GetMetricData, which no free tier covers,
// and $0.01 for 1,000 requests of ListMetrics, the first million of which are free each month.
// https://aws.amazon.com/cloudwatch/pricing/, as publicly quoted in November 2026. Calls that are denied or throttled
// are counted as if they were paid for.
const (
	metricUSD      = 0.01 / 1000
	listMetricsUSD = 0.01 / 1000
)

const (
	// mostQueries and mostPoints are what GetMetricData answers in one call.
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
	mostQueries = 500
	mostPoints  = 100_800

	day = 24 * time.Hour

	lambdaMetrics   = "AWS/Lambda"
	insightsMetrics = "LambdaInsights"
	memoryUsed      = "used_memory_max" // in MB
	functionName    = "function_name"
)

// query asks for one metric of a function.
type query struct {
	f               *function
	namespace, name string
	stat            types.Statistic
	dimensions      []types.Dimension
	// into takes a value of a day.
	into func(*traffic, float64)
}

// monitoring returns a client that speaks JSON, as the tuner does with CloudWatch, and not the SDK's usual CBOR, which not
// every emulator understands.
func monitoring(r *region) *cloudwatch.Client {
	return cloudwatch.NewFromConfig(r.cfg, func(o *cloudwatch.Options) { o.Protocol = awsjson.New10(schemas.GraniteServiceVersion20100801) })
}

// insights finds the functions that Lambda Insights measures: the others' metrics would be paid for and be empty.
func (s *surveyor) insights(ctx context.Context, r *region) error {
	r.insights = map[string]bool{}
	request := &cloudwatch.ListMetricsInput{Namespace: aws.String(insightsMetrics), MetricName: aws.String(memoryUsed)}
	for pages := cloudwatch.NewListMetricsPaginator(monitoring(r), request); pages.HasMorePages(); {
		s.spend(listMetricsUSD)
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, m := range page.Metrics {
			for _, d := range m.Dimensions {
				if aws.ToString(d.Name) == functionName {
					r.insights[aws.ToString(d.Value)] = true
				}
			}
		}
	}
	return nil
}

// queries returns what CloudWatch is asked of a function. Sums are of all versions and aliases; how they divide is asked
// only where there are several.
func (f *function) queries() []query {
	of := func(name string, stat types.Statistic, into func(*traffic, float64), resource string) query {
		q := query{f: f, namespace: lambdaMetrics, name: name, stat: stat, into: into, dimensions: []types.Dimension{dimension("FunctionName", f.Name)}}
		if resource != "" {
			q.dimensions = append(q.dimensions, dimension("Resource", resource))
		}
		return q
	}
	all := []query{
		of("Invocations", types.StatisticSum, func(t *traffic, v float64) { t.invocations += v }, ""),
		of("Errors", types.StatisticSum, func(t *traffic, v float64) { t.errors += v }, ""),
		of("Duration", types.StatisticSum, func(t *traffic, v float64) { t.durationMs += v }, ""),
		of("ConcurrentExecutions", types.StatisticMaximum, func(t *traffic, v float64) { t.maxConcurrency = max(t.maxConcurrency, v) }, ""),
	}
	if f.region.insights[f.Name] {
		all = append(all, query{f: f, namespace: insightsMetrics, name: memoryUsed, stat: types.StatisticMaximum,
			dimensions: []types.Dimension{dimension(functionName, f.Name)}, into: func(t *traffic, v float64) { t.maxMemory = max(t.maxMemory, v) }})
	}
	if !f.published() {
		return all
	}
	by := func(qualifier string) func(*traffic, float64) {
		return func(t *traffic, v float64) { t.byQualifier[qualifier] += v }
	}
	// Invocations without a qualifier run on $LATEST too.
	// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
	all = append(all, of("Invocations", types.StatisticSum, by(latest), f.Name), of("Invocations", types.StatisticSum, by(latest), f.Name+":"+latest))
	asked := []string{latest}
	for _, v := range f.Versions {
		if !slices.Contains(asked, v.Alias) {
			asked = append(asked, v.Alias)
			all = append(all, of("Invocations", types.StatisticSum, by(v.Alias), f.Name+":"+v.Alias))
		}
	}
	for _, p := range f.pools {
		if !slices.Contains(asked, p.qualifier) {
			asked = append(asked, p.qualifier)
			all = append(all, of("Invocations", types.StatisticSum, by(p.qualifier), f.Name+":"+p.qualifier))
		}
		all = append(all, of("ProvisionedConcurrencyInvocations", types.StatisticSum, func(t *traffic, v float64) { t.provisioned[p.qualifier] += v }, f.Name+":"+p.qualifier))
	}
	return all
}

func dimension(name, value string) types.Dimension {
	return types.Dimension{Name: &name, Value: &value}
}

// batches divides a region's queries into calls whose answers need no second page.
func batches(functions []*function, days int) [][]query {
	var all []query
	for _, f := range functions {
		all = append(all, f.queries()...)
	}
	return slices.Collect(slices.Chunk(all, min(mostQueries, mostPoints/(days+1))))
}

// read asks CloudWatch for a batch, and adds up what it answers.
func (s *surveyor) read(ctx context.Context, batch []query) error {
	request := &cloudwatch.GetMetricDataInput{StartTime: &s.from, EndTime: &s.report.Started}
	for i, q := range batch {
		request.MetricDataQueries = append(request.MetricDataQueries, types.MetricDataQuery{Id: aws.String(fmt.Sprintf("q%d", i)), MetricStat: &types.MetricStat{
			Metric: &types.Metric{Namespace: &q.namespace, MetricName: &q.name, Dimensions: q.dimensions},
			Period: aws.Int32(int32(day / time.Second)), Stat: aws.String(string(q.stat)),
		}})
	}
	for pages := cloudwatch.NewGetMetricDataPaginator(monitoring(batch[0].f.region), request); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, r := range page.MetricDataResults {
			i, err := strconv.Atoi(strings.TrimPrefix(aws.ToString(r.Id), "q"))
			if err != nil || i < 0 || i >= len(batch) {
				return fmt.Errorf("GetMetricData answered %q, for which nobody has asked", aws.ToString(r.Id))
			}
			s.add(batch[i], r)
		}
	}
	return nil
}

// add takes over a query's answer. Batches that are read side by side may have queries of the same function.
func (s *surveyor) add(q query, r types.MetricDataResult) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &q.f.traffic
	switch r.StatusCode {
	case types.StatusCodeInternalError, types.StatusCodeForbidden:
		why := fmt.Sprintf("GetMetricData answered %s for %s", r.StatusCode, q.name)
		for _, m := range r.Messages {
			why += ": " + aws.ToString(m.Value)
		}
		t.fail(why)
	}
	for _, v := range r.Values {
		q.into(t, v)
	}
}
