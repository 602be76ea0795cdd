package survey

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/tuning"
)

func TestFunctions(t *testing.T) {
	looker := &getting{}
	var announced []float64
	sim := func(s *lambdasim.Simulator) {
		s.CreateFunction(lambdasim.Function{
			Name: "orders", MemorySize: 1024, Timeout: 30, CodeSize: 7 << 20, Environment: map[string]string{"TOKEN": "s3cret-value"},
			Configure: func(c *lambdasim.Configuration) {
				c.Runtime, c.EphemeralStorage.Size = "python3.12", 2048
				c.Layers = []lambdasim.Layer{{Arn: "arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python312-x86_64:7"}}
			},
		})
		s.CreateFunction(lambdasim.Function{Name: "thumbs", Architecture: "arm64", MemorySize: 512, Configure: func(c *lambdasim.Configuration) {
			c.Runtime, c.Handler, c.PackageType = "", "", "Image"
		}})
		s.SetTags("orders", map[string]string{"aws:cloudformation:stack-name": "Shop", "aws:cloudformation:logical-id": "Orders1A2B", "team": "a"})
		s.SetUsage("orders", lambdasim.Usage{Invocations: 3e6, Errors: 30, DurationMs: 200, MaxConcurrency: 12, MaxMemoryMB: 96})
	}
	report := surveyed(t, sim, Options{Looker: looker, Announce: func(usd float64) { announced = append(announced, usd) }})

	require.Equal(t, 1, report.Format)
	require.Equal(t, "123456789012", report.Account)
	require.Equal(t, []string{region1}, report.Regions)
	require.Equal(t, 30, report.Days)
	require.False(t, report.Interrupted)
	require.Empty(t, report.Problems, "an account without AWS Compute Optimizer has no advice, and nothing is missing")
	require.Equal(t, []string{"orders", "thumbs"}, names(report))

	orders := report.function(t, "orders")
	require.InDelta(t, 30.0/30, orders.Estimate.Invocations/3e6, 0.05, "a month is 730 hours")
	estimate := orders.Estimate
	orders.Estimate = nil
	require.Equal(t, Function{
		ARN: prefix + "orders", Name: "orders", Region: region1, Architecture: tuning.X86, Runtime: "python3.12", PackageType: "Zip",
		MemorySize: 1024, EphemeralStorage: 2048, Timeout: 30, CodeSize: 7 << 20,
		Layers:   []string{"arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python312-x86_64:7"},
		Versions: []Version{{Version: "$LATEST"}}, Stack: "Shop", LogicalID: "Orders1A2B",
		Usage:     &Usage{Invocations: 3e6, Errors: 30, DurationMs: 200, MaxConcurrency: 12, MaxMemoryMB: 96},
		Readiness: Readiness{Status: guard.Ready},
		Remarks:   []Remark{{Rule: MemoryUnused, Text: "it uses at most 96 MB of 1024 MB, by Lambda Insights; less memory is less CPU too, so measure before you lower it"}},
	}, orders)
	require.Positive(t, estimate.Saving)

	thumbs := report.function(t, "thumbs")
	require.Equal(t, Readiness{Status: guard.OnArm64}, thumbs.Readiness)
	require.Equal(t, &Usage{}, thumbs.Usage)
	require.Equal(t, &Estimate{}, thumbs.Estimate)
	require.Equal(t, []Remark{{Rule: NeverInvoked, Text: "nobody has invoked it in the last 30 days"}}, thumbs.Remarks)

	require.Equal(t, []string{"orders"}, looker.looked, "what is on arm64 has nothing to be judged for it")
	require.False(t, looker.variables)
	require.Equal(t, int64(7<<20), report.BytesRead)
	require.Equal(t, int64(1), report.CachedBytes)

	// 4 metrics a function, one of Lambda Insights, one call of ListMetrics.
	require.InDelta(t, 9*0.00001+0.00001, report.PriceUSD, 1e-12)
	require.Equal(t, []float64{report.PriceUSD}, announced)

	text, err := json.Marshal(report)
	require.NoError(t, err)
	require.NotContains(t, string(text), "TOKEN")
	require.NotContains(t, string(text), "s3cret")
}

func TestNameAndTags(t *testing.T) {
	sim := func(s *lambdasim.Simulator) {
		for _, name := range []string{"a-web", "b-web", "b-job", "c-web"} {
			s.CreateFunction(lambdasim.Function{Name: name})
		}
		s.SetTags("a-web", map[string]string{"team": "x", "stage": "prod"})
		s.SetTags("b-job", map[string]string{"team": "x", "stage": "prod"})
		s.SetTags("c-web", map[string]string{"team": "x", "stage": "test"})
	}
	require.Equal(t, []string{"a-web", "b-web", "c-web"}, names(surveyed(t, sim, Options{Name: regexp.MustCompile("-web$")})))
	require.Equal(t, []string{"a-web", "b-job"}, names(surveyed(t, sim, Options{Tags: map[string]string{"team": "x", "stage": "prod"}})))
	require.Equal(t, []string{"a-web"}, names(surveyed(t, sim, Options{Name: regexp.MustCompile("-web$"), Tags: map[string]string{"team": "x", "stage": "prod"}})))
	require.Equal(t, []Function{}, surveyed(t, sim, Options{Name: regexp.MustCompile("nobody")}).Functions)
}

func TestOptions(t *testing.T) {
	_, err := Run(t.Context(), lambdasim.New(lambdasim.Options{}).Config(), Options{
		Days: 456, CallsPerSecond: -1, Concurrency: -2, AllRegions: true, Regions: []string{"eu-west-1"},
	})
	require.EqualError(t, err, `days: 456 were given; give 1 to 455
calls a second: -1 were given; give at least 0.01
concurrency: -2 was given; give at least 1
regions: both some and all were asked for; give one of them`)
	for _, rate := range []float64{1e-10, 0.0099, math.NaN(), math.Inf(-1)} {
		_, err = Run(t.Context(), lambdasim.New(lambdasim.Options{}).Config(), Options{CallsPerSecond: rate})
		require.EqualError(t, err, fmt.Sprintf("calls a second: %g were given; give at least 0.01", rate))
	}
	cfg := lambdasim.New(lambdasim.Options{}).Config()
	cfg.Region = ""
	_, err = Run(t.Context(), cfg, Options{})
	require.EqualError(t, err, "no region: give one, or all regions, or set the one of the AWS configuration")
}

// Progress counts what it says: functions, or regions.
func TestProgress(t *testing.T) {
	told := map[Step][]Progress{}
	report := surveyedAt(t, regions("us-east-1", "eu-west-1"), func(sims []*lambdasim.Simulator) {
		withVersions(sims[0], 200) // more metrics than a call takes
		sims[1].CreateFunction(lambdasim.Function{Name: "f"})
		sims[1].OnCall(denying("GetMetricData"))
	}, Options{Regions: []string{"us-east-1", "eu-west-1"}, Looker: &getting{}, Progress: func(p Progress) { told[p.Step] = append(told[p.Step], p) }})
	require.Len(t, report.Functions, 201)
	for step, of := range map[Step]int{StepListing: 2, StepVersions: 200, StepUsage: 201, StepVerdicts: 2, StepCode: 201} {
		all := told[step]
		require.Equal(t, Progress{Step: step, Done: of, Of: of}, all[len(all)-1])
		for i, p := range all {
			require.Equal(t, of, p.Of)
			require.True(t, i == 0 || p.Done >= all[i-1].Done, "%s: it never goes back", step)
		}
	}
	require.Greater(t, len(told[StepUsage]), 2, "a step for each call")
	require.Positive(t, told[StepUsage][0].Done)
}
