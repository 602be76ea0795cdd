package survey

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/lambdasim"
)

const (
	region1 = "us-east-1"
	prefix  = "arn:aws:lambda:us-east-1:123456789012:function:"
)

// surveyed runs a survey of one region in virtual time.
func surveyed(t *testing.T, prepare func(*lambdasim.Simulator), o Options) (report *Report) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sim := lambdasim.New(lambdasim.Options{})
		prepare(sim)
		var err error
		report, err = Run(t.Context(), sim.Config(), o)
		require.NoError(t, err)
	})
	return report
}

// surveyedIn surveys a region, without advice.
func surveyedIn(t *testing.T, region string, prepare func(*lambdasim.Simulator)) (report *Report) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sim := lambdasim.New(lambdasim.Options{Region: region})
		prepare(sim)
		var err error
		report, err = Run(t.Context(), sim.Config(), Options{WithoutAdvice: true})
		require.NoError(t, err)
	})
	return report
}

// function returns a function of a report.
func (r *Report) function(t *testing.T, name string) Function {
	t.Helper()
	i := slices.IndexFunc(r.Functions, func(f Function) bool { return f.Name == name })
	require.GreaterOrEqual(t, i, 0, "the report lacks %s", name)
	return r.Functions[i]
}

func names(r *Report) []string {
	var all []string
	for _, f := range r.Functions {
		all = append(all, f.Name)
	}
	return all
}

// getting is a Looker that makes one call for each function.
type getting struct {
	mu        sync.Mutex
	looked    []string
	variables bool // it was shown environment variables
}

func (g *getting) Look(ctx context.Context, cfg aws.Config, f *Function, c types.FunctionConfiguration) (read, cached int64) {
	if _, err := lambda.NewFromConfig(cfg).GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &f.ARN}); err != nil {
		f.Problems = append(f.Problems, Problem{What: "code", Why: Why(err)})
		return 0, 0
	}
	f.Readiness = Readiness{Status: guard.Ready}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.variables = g.variables || c.Environment != nil
	g.looked = append(g.looked, f.Name)
	return c.CodeSize, 1
}

// calls records the calls to a simulator, by their action in IAM.
type calls struct {
	mu  sync.Mutex
	all []call
}

type call struct {
	action, resource string
}

var services = map[string]string{
	"GetMetricData": "cloudwatch", "ListMetrics": "cloudwatch", "GetResources": "tag", "ListRegions": "account",
	"GetLambdaFunctionRecommendations": "compute-optimizer", "DescribeStacks": "cloudformation",
	"DescribeStateMachine": "states", "ListExecutions": "states", "DescribeExecution": "states",
	"ListBucket": "s3", "GetObject": "s3",
}

func action(operation string) string {
	if operation == "ListObjectsV2" { // IAM's name differs
		operation = "ListBucket"
	}
	service, other := services[operation]
	if !other {
		service = "lambda"
	}
	return service + ":" + operation
}

func (c *calls) record(made lambdasim.Call) {
	resource := made.Resource
	if resource == "" { // Step Functions' are in the body
		var body struct{ StateMachineArn, ExecutionArn string }
		_ = json.Unmarshal(made.Body, &body)
		resource = body.StateMachineArn + body.ExecutionArn
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, call{action(made.Operation), resource})
}
