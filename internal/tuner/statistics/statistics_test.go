package statistics

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

func TestSpread(t *testing.T) {
	samples := make([]tuning.Sample, 20)
	for i := range samples {
		samples[i] = tuning.Sample{Duration: float64(20 - i), InitDuration: 100, Cost: 1e-6}
	}
	require.Empty(t, cmp.Diff(&tuning.Spread{
		Samples: 20, TrimmedMean: 110.5, Mean: 110.5, Median: 110.5, P95: 119, StandardDeviation: 5.9161,
		Min: 101, Max: 120, MeanInit: 100, MeanCost: 1e-6,
	}, spread(samples, 0.2)))
	require.Nil(t, spread(nil, 0.2))
}

func TestSizeStatisticsTellsColdFromWarm(t *testing.T) {
	st := SizeStatistics(512, []tuning.Sample{
		{Duration: 30, InitDuration: 200, Cold: true, Sandbox: 0, MaxMemoryUsed: 60, Source: tuning.LogTail},
		{Duration: 10, Sandbox: 0, MaxMemoryUsed: 70, Source: tuning.LogTail, Failed: true},
		{Duration: 20, Sandbox: 0, MaxMemoryUsed: 65, Source: tuning.CloudWatchLogs},
		{Duration: 31, InitDuration: 200, Cold: true, Sandbox: 1, Source: tuning.LogTail},
	}, 0)
	require.Empty(t, cmp.Diff(tuning.SizeStatistics{
		Power: 512, Samples: 4, Errors: 1, Sandboxes: 2, ColdShare: 0.5, MaxMemoryUsed: 70,
		Sources: map[tuning.Source]int{tuning.LogTail: 3, tuning.CloudWatchLogs: 1},
		Warm:    &tuning.Spread{Samples: 2, TrimmedMean: 15, Mean: 15, Median: 15, P95: 20, StandardDeviation: 7.0711, Min: 10, Max: 20},
		Cold:    &tuning.Spread{Samples: 2, TrimmedMean: 230.5, Mean: 230.5, Median: 230.5, P95: 231, StandardDeviation: 0.7071, Min: 230, Max: 231, MeanInit: 200},
	}, st))
}
