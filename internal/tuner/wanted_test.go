package tuner

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

func measurements(samples int, sizes ...int) []tuning.Measurement {
	var all []tuning.Measurement
	for _, size := range sizes {
		for _, a := range []tuning.Architecture{tuning.Arm, tuning.X86} {
			all = append(all, tuning.Measurement{Configuration: tuning.Configuration{Architecture: a, MemorySize: size}, Samples: samples})
		}
	}
	return all
}

func TestWantedInterleaves(t *testing.T) {
	got := run.NeededVersions(input.Input{}, run.Round{Number: 2, Measurements: measurements(5, 256, 512), Sandboxes: 2})
	require.Len(t, got, 8)
	for i, w := range got {
		require.Equal(t, run.VersionKey{Round: 2, Index: i}, w.VersionKey)
		require.Equal(t, i/4, w.Sandbox)
		require.Equal(t, 5, w.Samples)
		require.Equal(t, measurements(5, 256, 512)[i%4].Configuration, w.Configuration)
	}
}

func TestChunks(t *testing.T) {
	in, round := input.Input{OnlyColdStarts: true}, run.Round{Number: 1, Measurements: measurements(15, 256, 512), Sandboxes: 1}
	var sizes []int
	seen := map[run.NeededVersion]bool{}
	for last := false; !last; {
		var part []run.NeededVersion
		part, last = run.NextChunk(in, round)
		round.Done += len(part)
		sizes = append(sizes, len(part))
		perFunction := map[tuning.Architecture]int{}
		for _, w := range part {
			require.False(t, seen[w])
			seen[w] = true
			perFunction[w.Architecture]++
			require.Equal(t, 1, w.Samples)
		}
		for _, n := range perFunction {
			require.LessOrEqual(t, n, run.ChunkSize)
		}
	}
	require.Equal(t, []int{40, 20}, sizes)
	require.Len(t, seen, 60)

	part, last := run.NextChunk(input.Input{}, run.Round{Number: 1, Measurements: measurements(15, 256, 512), Sandboxes: 30})
	require.True(t, last)
	require.Len(t, part, 120)
}

func TestFunctionError(t *testing.T) {
	tests := map[string]struct {
		body   string
		report report.Report
		want   string
	}{
		"killed":                  {`{"errorType":"Runtime.ExitError","errorMessage":"Error: signal: killed"}`, report.Report{MaxMemoryUsed: 128}, "out of memory (Runtime.ExitError: Error: signal: killed)"},
		"killed without a report": {`{"errorType":"Runtime.ExitError","errorMessage":"Error: signal: killed"}`, report.Report{}, "out of memory (Runtime.ExitError: Error: signal: killed)"},
		"killed by itself":        {`{"errorType":"Runtime.ExitError","errorMessage":"Error: signal: killed"}`, report.Report{MaxMemoryUsed: 40}, "the function failed (Runtime.ExitError: Error: signal: killed)"},
		"the report knows":        {`{}`, report.Report{ErrorType: "Runtime.OutOfMemory"}, "out of memory (Runtime.OutOfMemory)"},
		"timed out, by the text":  {`{"errorMessage":"2026-11-22T21:00:00Z id Task timed out after 3.00 seconds"}`, report.Report{}, "timed out (2026-11-22T21:00:00Z id Task timed out after 3.00 seconds)"},
		"timed out, by status":    {`{"errorType":"Sandbox.Timedout"}`, report.Report{Status: "timeout"}, "timed out (Sandbox.Timedout)"},
		"a string":                {`"oops"`, report.Report{}, "the function failed without saying why"},
	}
	for name, test := range tests {
		require.Equal(t, test.want, report.ParseError([]byte(test.body), test.report, 128).Reason(), name)
	}
}
