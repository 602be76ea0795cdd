package survey

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

// No second has more calls than are allowed: retries, all regions' and the Looker's included.
func TestRate(t *testing.T) {
	var made []time.Time
	synctest.Test(t, func(t *testing.T) {
		var sims []*lambdasim.Simulator
		for _, name := range regions("us-east-1", "eu-west-1", "ap-south-1") {
			s := lambdasim.New(lambdasim.Options{Region: name, Latency: time.Millisecond})
			withVersions(s, 30)
			s.Advise("f0", lambdasim.Advice{Finding: "Optimized"})
			sims = append(sims, s)
			s.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
				made = append(made, time.Now())
				if c.Number%9 == 0 {
					return &lambdasim.Fault{Err: lambdasim.Throttled("CallerRateLimitExceeded")}
				}
				return nil
			})
		}
		cfg := lambdasim.Regions(sims...)
		report, err := Run(t.Context(), cfg, Options{AllRegions: true, CallsPerSecond: 5, Concurrency: 20, Looker: &getting{}})
		require.NoError(t, err)
		require.Empty(t, report.Problems)
		require.InDelta(t, float64(len(made))/5, report.Ended.Sub(report.Started).Seconds(), 30, "little time is lost beside it")
	})
	require.Greater(t, len(made), 300)
	for i := 5; i < len(made); i++ {
		require.GreaterOrEqual(t, made[i].Sub(made[i-5]), time.Second)
	}
}
