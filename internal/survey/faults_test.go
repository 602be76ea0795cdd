package survey

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/lambdasim"
)

// denying refuses operations on all functions, or on those whose names are given.
func denying(operation string, functions ...string) func(lambdasim.Call) *lambdasim.Fault {
	return func(c lambdasim.Call) *lambdasim.Fault {
		matches := len(functions) == 0
		for _, f := range functions {
			matches = matches || c.Function == f
		}
		if c.Operation != operation || !matches {
			return nil
		}
		return &lambdasim.Fault{Err: lambdasim.AccessDenied(action(operation), "*")}
	}
}

func denied(operation string) string {
	return fmt.Sprintf("AccessDeniedException: User is not authorized to perform: %s on resource: * because no identity-based policy allows the %[1]s action", action(operation))
}

// withVersions creates functions that have a version behind an alias each.
func withVersions(s *lambdasim.Simulator, n int) {
	for i := range n {
		name := fmt.Sprintf("f%d", i)
		s.CreateFunction(lambdasim.Function{Name: name})
		s.PointAlias(name, "live", s.Publish(name, ""))
		s.SetUsage(name, lambdasim.Usage{Invocations: 100, DurationMs: 10, ByQualifier: map[string]float64{"live": 100}})
		s.SetTags(name, map[string]string{"team": "x"})
	}
}

// What is refused for a whole region is said once, and everything else is there.
func TestDenied(t *testing.T) {
	for operation, test := range map[string]struct {
		what  string
		lacks func(*testing.T, Function)
	}{
		"GetMetricData": {"usage", func(t *testing.T, f Function) {
			require.Nil(t, f.Usage)
			require.Nil(t, f.Estimate)
			require.Empty(t, f.Remarks)
		}},
		"ListMetrics":                       {"Lambda Insights", func(t *testing.T, f Function) { require.NotNil(t, f.Usage) }},
		"GetResources":                      {"tags", func(t *testing.T, f Function) { require.NotNil(t, f.Usage) }},
		"ListAliases":                       {"aliases", func(t *testing.T, f Function) { require.Empty(t, f.Versions) }},
		"ListProvisionedConcurrencyConfigs": {"provisioned concurrency", func(t *testing.T, f Function) { require.NotEmpty(t, f.Versions) }},
		"DescribeStacks":                    {"verdicts", func(t *testing.T, f Function) { require.NotNil(t, f.Usage) }},
	} {
		t.Run(operation, func(t *testing.T) {
			report := surveyed(t, func(s *lambdasim.Simulator) {
				withVersions(s, 40)
				s.Advise("f0", lambdasim.Advice{Finding: "Optimized"})
				s.OnCall(denying(operation))
			}, Options{Concurrency: 1})
			require.Len(t, report.Functions, 40)
			require.Len(t, report.Problems, 1)
			require.Equal(t, region1, report.Problems[0].Region)
			require.Equal(t, test.what, report.Problems[0].What)
			require.Contains(t, report.Problems[0].Why, "is not authorized to perform: "+action(operation))
			problems := 0
			for _, f := range report.Functions {
				test.lacks(t, f)
				problems += len(f.Problems)
			}
			require.Less(t, problems, enough, "a permission that is missing for all is not named for each")
		})
	}
}

func TestAdviceDenied(t *testing.T) {
	sims, called := regions("us-east-1", "eu-west-1"), atomic.Int64{}
	report := surveyedAt(t, sims, func(all []*lambdasim.Simulator) {
		for _, s := range all {
			s.CreateFunction(lambdasim.Function{Name: "f"})
			s.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
				if c.Operation == "GetLambdaFunctionRecommendations" {
					called.Add(1)
				}
				return denying("GetLambdaFunctionRecommendations")(c)
			})
		}
	}, Options{Regions: []string{"us-east-1", "eu-west-1"}})
	require.Equal(t, []Problem{{What: "advice", Why: denied("GetLambdaFunctionRecommendations")}}, report.Problems)
	require.Equal(t, int64(1), called.Load())
}

// A function that a policy excepts is named; so is one that is deleted while the survey runs.
func TestSingleFunctionsFail(t *testing.T) {
	report := surveyed(t, func(s *lambdasim.Simulator) {
		withVersions(s, 20)
		s.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			if c.Operation == "ListAliases" && c.Function == "f7" {
				return &lambdasim.Fault{Err: &lambdasim.APIError{Status: 404, Code: "ResourceNotFoundException", Message: "Function not found: " + c.Resource}}
			}
			return denying("ListAliases", "f3")(c)
		})
	}, Options{WithoutAdvice: true, Looker: &getting{}})
	require.Empty(t, report.Problems)
	require.Len(t, report.Functions, 20)
	require.Equal(t, []Problem{{What: "aliases", Why: denied("ListAliases")}}, report.function(t, "f3").Problems)
	require.Equal(t, []Problem{{What: "aliases", Why: "ResourceNotFoundException: Function not found: " + prefix + "f7"}}, report.function(t, "f7").Problems)
	for _, f := range report.Functions {
		require.NotNil(t, f.Usage)
		require.Equal(t, guard.Ready, f.Readiness.Status)
		if f.Name != "f3" && f.Name != "f7" {
			require.Empty(t, f.Problems)
		}
	}
}

// Throttled calls, failures of AWS's and lost answers are tried again.
func TestThrottling(t *testing.T) {
	report := surveyed(t, func(s *lambdasim.Simulator) {
		withVersions(s, 60)
		s.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			switch c.Number % 12 {
			case 1:
				return &lambdasim.Fault{Err: lambdasim.Throttled("CallerRateLimitExceeded")}
			case 2:
				return &lambdasim.Fault{Err: lambdasim.ServiceFailure()}
			case 3:
				return &lambdasim.Fault{Lost: true, Delay: time.Second}
			}
			return nil
		})
	}, Options{WithoutAdvice: true, WithoutVerdicts: true, Looker: &getting{}})
	require.Empty(t, report.Problems)
	require.Len(t, report.Functions, 60)
	for _, f := range report.Functions {
		require.Empty(t, f.Problems)
		require.NotNil(t, f.Usage)
		require.Equal(t, guard.Ready, f.Readiness.Status)
	}
}

// A batch that cannot be read leaves those functions without usage, by name.
func TestUsageFails(t *testing.T) {
	report := surveyed(t, func(s *lambdasim.Simulator) {
		for i := range 200 { // 800 metrics: two calls
			s.CreateFunction(lambdasim.Function{Name: fmt.Sprintf("f%03d", i)})
		}
		s.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			if c.Operation == "GetMetricData" && bytes.Count(c.Body, []byte(`"Id"`)) < 500 {
				return &lambdasim.Fault{Err: lambdasim.ServiceFailure()}
			}
			return nil
		})
	}, Options{WithoutAdvice: true})
	require.Empty(t, report.Problems)
	failed := 0
	for _, f := range report.Functions {
		if f.Usage == nil {
			failed++
			require.Equal(t, []Problem{{What: "usage", Why: "ServiceException: An error occurred and the request cannot be processed."}}, f.Problems)
		} else {
			require.Empty(t, f.Problems)
		}
	}
	require.Equal(t, 75, failed, "300 of 800 metrics")
}

// Emulators list no versions, and say that there is no provisioned concurrency as if one was asked for.
func TestEmulators(t *testing.T) {
	report := surveyed(t, func(s *lambdasim.Simulator) {
		withVersions(s, 1)
		s.CreateFunction(lambdasim.Function{Name: "plain"})
		s.SetUsage("plain", lambdasim.Usage{Invocations: 1, DurationMs: 1})
		s.IgnoreAllVersions()
		s.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			if c.Operation != "ListProvisionedConcurrencyConfigs" {
				return nil
			}
			none := "No Provisioned Concurrency Config found for function: " + c.Resource
			return &lambdasim.Fault{Err: &lambdasim.APIError{Status: 404, Code: "ProvisionedConcurrencyConfigNotFoundException", Message: none}}
		})
	}, Options{WithoutAdvice: true})
	require.Equal(t, []Version{{Version: "1", Alias: "live", Weight: 1}}, report.function(t, "f0").Versions)
	require.Equal(t, []Version{{Version: "$LATEST"}}, report.function(t, "plain").Versions)
	for _, f := range report.Functions {
		require.Empty(t, f.Problems)
	}
}

// A survey that is stopped reports what it has, wherever that was.
func TestInterrupted(t *testing.T) {
	looker := &getting{}
	total := 0
	count := func(stop int) (report *Report) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			sim := lambdasim.New(lambdasim.Options{})
			withVersions(sim, 60)
			sim.Advise("f0", lambdasim.Advice{Finding: "Optimized"})
			sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
				total = max(total, c.Number)
				if c.Number == stop {
					cancel()
				}
				return nil
			})
			var err error
			report, err = Run(ctx, sim.Config(), Options{Looker: looker})
			require.NoError(t, err)
		})
		return report
	}
	require.False(t, count(0).Interrupted)
	for stop := 1; stop < total; stop += 7 {
		report := count(stop)
		require.True(t, report.Interrupted, "call %d", stop)
		require.Empty(t, report.Problems, "call %d", stop)
		for _, f := range report.Functions {
			require.Empty(t, f.Problems, "call %d", stop)
			require.NotEmpty(t, f.Readiness.Status)
			if f.Readiness.Status == guard.Unknown {
				require.Equal(t, []string{"its code was not looked into"}, f.Readiness.Unchecked)
			}
		}
		if stop > 5 {
			require.Len(t, report.Functions, 60, "call %d", stop)
		}
	}
}

// An answer that cannot be read is not quoted: it has environment variables.
func TestAnswersAreNotQuoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := lambdasim.New(lambdasim.Options{}).Config()
		cfg.HTTPClient = smithyhttp.ClientDoFunc(func(r *http.Request) (*http.Response, error) {
			body := `{"Functions":[{"FunctionName":"f","Environment":{"Variables":{"TOKEN":"s3cret"` // cut off
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
		})
		_, err := Run(t.Context(), cfg, Options{})
		require.EqualError(t, err, "us-east-1: functions: the answer cannot be read")
	})
}
