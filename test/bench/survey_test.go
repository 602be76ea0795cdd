package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/test/figures"
)

// account is a simulated account of functions of many kinds.
func account(functions int) *lambdasim.Simulator {
	random := rand.New(rand.NewPCG(19, 3))
	sim := lambdasim.New(lambdasim.Options{CodeStorage: 1 << 40})
	variables := map[string]string{"SECRET": strings.Repeat("x", 3000)}
	for i := range functions {
		name := fmt.Sprintf("team-%02d-function-%05d", i%37, i)
		f := lambdasim.Function{Name: name, MemorySize: []int{128, 256, 512, 1024, 2048}[random.IntN(5)], CodeSize: int64(2+random.IntN(49)) << 20, Environment: variables}
		if random.Float64() < 0.2 {
			f.Architecture = "arm64"
		}
		f.Configure = func(c *lambdasim.Configuration) {
			c.Runtime = []string{"python3.12", "nodejs22.x", "java21", "provided.al2023", "nodejs18.x"}[random.IntN(5)]
			c.Layers = make([]lambdasim.Layer, random.IntN(3))
			for j := range c.Layers {
				c.Layers[j].Arn = fmt.Sprintf("arn:aws:lambda:us-east-1:123456789012:layer:shared-%d:%d", j, i%9)
			}
		}
		sim.CreateFunction(f)
		sim.SetTags(name, map[string]string{"aws:cloudformation:stack-name": fmt.Sprintf("Stack%d", i/20), "aws:cloudformation:logical-id": name, "team": name[:7]})
		usage := lambdasim.Usage{Invocations: float64(random.IntN(1e6)), DurationMs: 5 + 500*random.Float64(), MaxConcurrency: float64(1 + random.IntN(50))}
		if i%5 == 0 {
			usage.MaxMemoryMB = 60
		}
		if i%3 == 0 { // a version behind an alias
			sim.PointAlias(name, "live", sim.Publish(name, ""))
			usage.ByQualifier = map[string]float64{"live": usage.Invocations}
			if i%60 == 0 {
				sim.Provision(name, "live", 2)
			}
		}
		if i%11 > 0 {
			sim.SetUsage(name, usage)
		}
		sim.Advise(name, lambdasim.Advice{Finding: "Optimized"})
	}
	return sim
}

// trouble is what an account has on a bad day: each hundredth call is throttled, fails, is slow or loses its answer, and
// each thousandth is about a function that is denied or was deleted.
func trouble(c lambdasim.Call) *lambdasim.Fault {
	switch {
	case c.Function != "" && c.Number%1000 == 7:
		return &lambdasim.Fault{Err: lambdasim.AccessDenied("lambda:"+c.Operation, c.Resource)}
	case c.Function != "" && c.Number%1000 == 507:
		return &lambdasim.Fault{Err: &lambdasim.APIError{Status: 404, Code: "ResourceNotFoundException", Message: "Function not found: " + c.Resource}}
	case c.Number%100 == 11:
		return &lambdasim.Fault{Err: lambdasim.Throttled("CallerRateLimitExceeded")}
	case c.Number%100 == 31:
		return &lambdasim.Fault{Err: lambdasim.ServiceFailure()}
	case c.Number%100 == 51:
		return &lambdasim.Fault{Delay: 5 * time.Second}
	case c.Number%100 == 71:
		return &lambdasim.Fault{Lost: true}
	}
	return nil
}

// located finds out where a function's code is, as every look into it begins, and looks no further.
type located struct{}

func (located) Look(ctx context.Context, cfg aws.Config, f *survey.Function, _ types.FunctionConfiguration) (read, cached int64) {
	if _, err := lambda.NewFromConfig(cfg).GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &f.ARN}); err != nil {
		f.Problems = append(f.Problems, survey.Problem{What: "code", Why: survey.Why(err)})
		return 0, 0
	}
	f.Readiness = survey.Readiness{Status: guard.Ready}
	return 0, 0
}

// heap returns what objects take, in MB, those with it that have not been collected yet.
func heap() float64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return float64(sample[0].Value.Uint64()) / (1 << 20)
}

// A survey takes as long as the allowed rate of calls makes it, and its memory is small. What is read of the code is not
// in these figures.
func TestSurvey(t *testing.T) {
	functions := 1000
	if figures.Whole() {
		functions = 10_000
	}
	synctest.Test(t, func(t *testing.T) {
		sim := account(functions)
		calls := atomic.Int64{}
		sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			calls.Add(1)
			return trouble(c)
		})
		runtime.GC()
		before, peak := heap(), 0.0
		report, err := survey.Run(t.Context(), sim.Config(), survey.Options{Looker: located{}, Progress: func(survey.Progress) { peak = max(peak, heap()-before) }})
		require.NoError(t, err)

		require.Len(t, report.Functions, functions)
		require.Empty(t, report.Problems)
		named := 0
		for _, f := range report.Functions {
			if len(f.Problems) > 0 {
				named++
				continue
			}
			require.NotNil(t, f.Usage, "what a function lacks is named")
			require.NotNil(t, f.Estimate)
			require.NotEqual(t, guard.Unknown, f.Readiness.Status)
		}
		require.Less(t, named, functions/100)
		seconds := report.Ended.Sub(report.Started).Seconds()
		t.Logf("%d functions, %d calls, %.0f s, %d with a problem", functions, calls.Load(), seconds, named)
		require.InDelta(t, float64(calls.Load())/survey.DefaultCallsPerSecond, seconds, 0.1*seconds, "the rate of calls is what bounds it")
		require.Zero(t, sim.Throttled(), "deployments keep their part of Lambda's quota")
		figures.Report(t, "survey.functions_per_s", float64(functions)/seconds, "1/s")
		figures.Report(t, "survey.calls_per_function", float64(calls.Load())/float64(functions), "calls")
		require.LessOrEqual(t, peak, 200.0)
	})
}
