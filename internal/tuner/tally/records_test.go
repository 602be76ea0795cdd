package tally

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/tuning"
)

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
		var s Taken
		s.Use(r, tuning.LogTail)
		require.InDelta(t, math.Ceil(r.Duration)+r.BilledRestoreDuration, s.Billed(), 0, record)
		require.InDelta(t, r.Duration+r.RestoreDuration, s.Total(), 1e-9)
		require.True(t, s.Cold)
	}
	require.InDelta(t, 13, tuning.Sample{BilledDuration: 12.1, BilledRestoreDuration: 4, InitDuration: 500}.Billed(), 0, "whole milliseconds")
}
