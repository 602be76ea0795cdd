package tuner

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/report"
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
	st := sizeStatistics(512, []tuning.Sample{
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

// AWS's own REPORT records, as they are quoted in public: nothing is to be added to Billed Duration.
func TestBilledDurationIsTheWholeBill(t *testing.T) {
	for _, record := range []string{
		"REPORT RequestId: b771fecc\tDuration: 306.34 ms\tBilled Duration: 610 ms\tMemory Size: 3009 MB\tMax Memory Used: 155 MB\tRestore Duration: 511.25 ms\tBilled Restore Duration: 303 ms\t",
		"REPORT RequestId: 8c360c87\tDuration: 2338.66 ms\tBilled Duration: 2521 ms\tMemory Size: 3009 MB\tMax Memory Used: 173 MB\tRestore Duration: 398.97 ms\tBilled Restore Duration: 182 ms\t",
		"REPORT RequestId: 0e5c8424\tDuration: 159.87 ms\tBilled Duration: 278 ms\tMemory Size: 1024 MB\tMax Memory Used: 88 MB\tRestore Duration: 562.43 ms\tBilled Restore Duration: 118 ms\t",
		"REPORT RequestId: 24addd09\tDuration: 127.10 ms\tBilled Duration: 154 ms\tMemory Size: 2048 MB\tMax Memory Used: 212 MB\tRestore Duration: 325.93 ms\tBilled Restore Duration: 26 ms\t",
		`{"time":"2024-02-09T08:42:44.080Z","type":"platform.report","record":{"requestId":"d661f7cf","status":"success","metrics":{"durationMs":147.156,"billedDurationMs":201,"memorySizeMB":512,"maxMemoryUsedMB":91,"restoreDurationMs":500.795,"billedRestoreDurationMs":53}}}`,
	} {
		r, ok := report.Parse(record, "")
		require.True(t, ok)
		var s taken
		s.use(r, tuning.LogTail)
		require.InDelta(t, math.Ceil(r.Duration)+r.BilledRestoreDuration, s.Billed(), 0, record)
		require.InDelta(t, r.Duration+r.RestoreDuration, s.Total(), 1e-9)
		require.True(t, s.Cold)
	}
	require.InDelta(t, 13, tuning.Sample{BilledDuration: 12.1, BilledRestoreDuration: 4, InitDuration: 500}.Billed(), 0, "whole milliseconds")
}
