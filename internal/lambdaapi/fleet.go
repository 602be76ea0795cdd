package lambdaapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/dualarch/dualarch/internal/fleet"
	"github.com/dualarch/dualarch/tuning"
)

var _ fleet.Cloud = (*Client)(nil)

// Definition reads a state machine's definition.
func (c *Client) Definition(ctx context.Context, stateMachine string) ([]byte, error) {
	out, err := c.sfn.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &stateMachine}, regionOf(stateMachine))
	if err != nil {
		return nil, wrap(ctx, err)
	}
	return []byte(aws.ToString(out.Definition)), nil
}

// Succeeded lists a state machine's executions. They come newest first by when they began, and none takes longer than
// longestExecution.
func (c *Client) Succeeded(ctx context.Context, stateMachine string, since time.Time) (ended []fleet.Ended, err error) {
	const page = 1000
	pages := sfn.NewListExecutionsPaginator(c.sfn, &sfn.ListExecutionsInput{
		StateMachineArn: &stateMachine, StatusFilter: types.ExecutionStatusSucceeded, MaxResults: page,
	})
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx, regionOf(stateMachine))
		if err != nil {
			return nil, wrap(ctx, err)
		}
		for _, e := range out.Executions {
			if stopped := aws.ToTime(e.StopDate); stopped.After(since) {
				ended = append(ended, fleet.Ended{ARN: aws.ToString(e.ExecutionArn), Stopped: stopped})
			}
		}
		if n := len(out.Executions); n > 0 && aws.ToTime(out.Executions[n-1].StartDate).Before(since.Add(-longestExecution)) {
			break
		}
	}
	return ended, nil
}

// longestExecution is how long an execution is looked for that began before the time that is asked about: most tuners'
// take an hour at most.
const longestExecution = 7 * 24 * time.Hour

// Execution describes an execution, with its data.
func (c *Client) Execution(ctx context.Context, execution string) (fleet.Described, error) {
	out, err := c.sfn.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &execution}, regionOf(execution))
	if err != nil {
		return fleet.Described{}, wrap(ctx, err)
	}
	return fleet.Described{
		Status: string(out.Status), Input: aws.ToString(out.Input), Output: aws.ToString(out.Output), Error: aws.ToString(out.Error), Cause: aws.ToString(out.Cause),
		Started: aws.ToTime(out.StartDate), Stopped: aws.ToTime(out.StopDate),
	}, nil
}

// Functions lists the account's functions in a region.
func (c *Client) Functions(ctx context.Context, region string) (all []fleet.Function, err error) {
	for pages := lambda.NewListFunctionsPaginator(c.lambda, &lambda.ListFunctionsInput{}); pages.HasMorePages(); {
		out, err := pages.NextPage(ctx, func(o *lambda.Options) { o.Region = region })
		if err != nil {
			return nil, wrap(ctx, err)
		}
		for _, f := range out.Functions {
			function := fleet.Function{ARN: aws.ToString(f.FunctionArn), Architecture: tuning.X86, MemorySize: int(aws.ToInt32(f.MemorySize))}
			if len(f.Architectures) > 0 {
				function.Architecture = tuning.Architecture(f.Architectures[0])
			}
			all = append(all, function)
		}
	}
	return all, nil
}

// mostQueries is how many queries a call of GetMetricData takes.
const mostQueries = 500

// Usage sums Invocations and Duration.
func (c *Client) Usage(ctx context.Context, region string, queries []fleet.Query, since time.Time) ([]fleet.Usage, error) {
	all := make([]fleet.Usage, len(queries))
	for first := 0; first < len(queries); first += mostQueries / 2 {
		part := queries[first:min(first+mostQueries/2, len(queries))]
		if err := c.usage(ctx, region, part, since, all[first:]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// usage asks for two metrics of each of at most mostQueries/2 queries.
func (c *Client) usage(ctx context.Context, region string, queries []fleet.Query, since time.Time, into []fleet.Usage) error {
	var asked []any
	for i, q := range queries {
		dimensions := []dimension{{"FunctionName", q.Function}}
		if q.Resource != "" {
			dimensions = append(dimensions, dimension{"Resource", q.Resource})
		}
		for _, m := range []struct{ id, metric string }{{"i", "Invocations"}, {"d", "Duration"}} {
			asked = append(asked, map[string]any{"Id": m.id + strconv.Itoa(i), "MetricStat": map[string]any{
				"Metric": map[string]any{"Namespace": "AWS/Lambda", "MetricName": m.metric, "Dimensions": dimensions}, "Period": (24 * time.Hour).Seconds(), "Stat": "Sum",
			}})
		}
	}
	near, token := "arn:"+partitionOf(region)+":monitoring:"+region+"::", ""
	for {
		request := map[string]any{"StartTime": since.Unix(), "EndTime": time.Now().Unix(), "MetricDataQueries": asked}
		if token != "" {
			request["NextToken"] = token
		}
		body, err := json.Marshal(request)
		if err != nil {
			return err
		}
		var data struct {
			NextToken         string
			MetricDataResults []struct {
				Id     string
				Values []float64
			}
		}
		if err := c.callJSON(ctx, monitoring, "GetMetricData", near, body, &data); err != nil {
			return err
		}
		for _, r := range data.MetricDataResults {
			if r.Id == "" {
				continue
			}
			i, err := strconv.Atoi(r.Id[1:])
			if err != nil || i >= len(queries) {
				return fmt.Errorf("GetMetricData answers with the id %q", r.Id)
			}
			for _, v := range r.Values {
				if r.Id[0] == 'i' {
					into[i].Invocations += v
				} else {
					into[i].Milliseconds += v
				}
			}
		}
		if token = data.NextToken; token == "" {
			return nil
		}
	}
}

// partitionOf returns the partition of a region, as far as endpoints differ.
func partitionOf(region string) string {
	if strings.HasPrefix(region, "cn-") {
		return "aws-cn"
	}
	return "aws"
}

// Open reads s3://bucket/key; its reader has to be closed.
func (c *Client) Open(ctx context.Context, location string) (io.ReadCloser, error) {
	bucket, key, err := place(location)
	if err != nil {
		return nil, err
	}
	res, err := c.sendS3(ctx, http.MethodGet, c.objectURL(bucket, key)+"?x-id=GetObject", nil, nil)
	if err != nil {
		return nil, wrap(ctx, err)
	}
	return res.Body, nil
}
