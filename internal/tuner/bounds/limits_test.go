package bounds

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/decide"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/jsontext"
	"github.com/dualarch/dualarch/internal/tuner/packing"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/test/simulation"
	"github.com/dualarch/dualarch/tuning"
)

// What the parts of state and output are said to take at most holds for the largest of each.
func TestPartsOfTheStateTakeNoMore(t *testing.T) {
	c := tuning.Configuration{Architecture: tuning.X86, MemorySize: 10240}
	ms, usd := 899_999.9999, 1.234567891e-10
	spread := &tuning.Spread{Samples: 10000, TrimmedMean: ms, Mean: ms, Median: ms, P95: ms, StandardDeviation: ms, Min: ms, Max: ms, MeanInit: ms, MeanCost: usd}
	reason := jsontext.Truncate(strings.Repeat("<é", 1000), report.MaxReason)
	for name, test := range map[string]struct {
		most  int
		parts []any
	}{
		"a version": {versionBytes, []any{run.PublishedVersion{Configuration: c, Version: "1000046", Sandbox: 24, Measured: 10000, Slowest: 899999.123456, ColdStarts: 10000}}},
		"a configuration": {configurationBytes, []any{
			tuning.Failure{Configuration: c, Reason: reason, OutOfMemory: true, TimedOut: true},
			tuning.Measurement{Configuration: c, Samples: 10000}, run.Throttled{Configuration: c, Count: 100_000},
		}},
		"a configuration's figures": {figuresBytes, []any{
			tuning.SizeStatistics{
				Power: 10240, Today: true, Failed: reason, Cost: usd, Duration: ms, Samples: 10000, Errors: 10000, Throttles: 100_000, Sandboxes: 10000,
				ColdShare: 0.9999, MaxMemoryUsed: 10240, Warm: spread, Cold: spread,
				Sources: map[tuning.Source]int{tuning.LogTail: 10000, tuning.CloudWatchLogs: 10000, tuning.ClientClock: 10000},
			},
			tuning.Stat{AveragePrice: usd, AverageDuration: ms, Value: 10240, Architecture: tuning.X86},
		}},
		"a point of the curve": {estimateBytes, []any{tuning.CurvePoint{
			Architecture: tuning.X86, Power: 10240, Estimated: true, Cost: usd, CostLow: usd, CostHigh: usd, Duration: ms, DurationLow: ms, DurationHigh: ms,
		}, tuning.OpenConfiguration{Architecture: tuning.X86, Power: 10240}}},
		"the journal": {8000, []any{run.Journal{Targets: []run.Target{journalled(), journalled()}}}},
	} {
		size := 0
		for _, part := range test.parts {
			size += jsontext.Length(part) + len(",")
		}
		t.Logf("%s: %d of %d bytes", name, size, test.most)
		require.LessOrEqual(t, size, test.most, name)
	}
}

// journalled is as long a journal's entry as there can be.
func journalled() run.Target {
	return run.Target{
		Function: strings.Repeat("f", 140), Architecture: tuning.X86, MemorySize: 10240, Description: strings.Repeat("<", 256), Fingerprint: strings.Repeat("f", 64),
		EnvironmentCheck: "ff", CodeSHA256: strings.Repeat("s", 44), RevisionID: strings.Repeat("r", 36), LastModified: "2026-11-25T20:00:00.000+0000",
		HighestVersion: 1_000_000, Today: run.Today{MemorySize: 10240, Version: "1000000"}, Owned: true, Timeout: 900, EphemeralStorage: 10240,
		PackageType: "Image", SnapStart: true, Tenancy: true, LogGroup: strings.Repeat("l", 512), LogFormat: "JSON", SystemLogsFiltered: true, Concurrency: 1000, SharesSlot: true,
	}
}

func TestWarningsOfAStepAreFew(t *testing.T) {
	var warnings []string
	for i := range 100 {
		warnings = append(warnings, strings.Repeat("<", i), strings.Repeat("<", i))
	}
	kept := run.CapWarnings(warnings)
	require.Len(t, kept, run.MaxNotes+1)
	require.Equal(t, "and more of that kind", kept[run.MaxNotes])
	require.Equal(t, kept, run.CapWarnings(kept))
	require.Equal(t, kept, run.CapWarnings(append(slices.Clone(kept), "another one")))
	require.LessOrEqual(t, jsontext.Length(kept), run.MaxNotes*(run.MaxNote+3)+40)
	require.Equal(t, []string{"a", "b"}, run.CapWarnings([]string{"a", "b", "a"}))
}

func TestErrorTexts(t *testing.T) {
	long := strings.Repeat("é", 20_000)
	require.Len(t, run.ErrorText(errors.New(long)), run.MaxErrorText-1, "at a character's border")
	require.Equal(t, "short", run.ErrorText(errors.New("short")))
	many := &input.Error{}
	for range 3000 {
		many.Problems = append(many.Problems, input.Problem{Path: "$.powerValues[7]", Given: "7", Allowed: "more"})
	}
	text := run.ErrorText(many)
	require.Greater(t, len(text), 10_000)
	cause, err := json.Marshal(map[string]string{"errorMessage": text})
	require.NoError(t, err)
	require.LessOrEqual(t, len(cause), 32<<10)
}

func TestFewestEvents(t *testing.T) {
	round := run.Round{Number: 1, Phase: run.PhaseExplore, Measurements: []tuning.Measurement{asking(tuning.X86, 256, 41), asking(tuning.Arm, 256, 41), asking(tuning.X86, 512, 20)}}
	require.Equal(t, 14, fewestEvents(input.Input{Num: 100}, round))
	require.Equal(t, 4*14, fewestEvents(input.Input{Num: 41, OnlyColdStarts: true}, round), "61 versions of one function, 20 at once")
	slow := input.Input{Num: 1000, SleepBetweenRunsMs: int(10 * time.Minute / time.Millisecond)}
	round.Measurements = []tuning.Measurement{asking(tuning.X86, 256, 2), asking(tuning.Arm, 256, 31)}
	require.Equal(t, 7+20*7, fewestEvents(slow, round), "num is not what adaptive exploration asks for")
	slow.ParallelInvocation = true
	require.Equal(t, 14, fewestEvents(slow, round))
}

// An output with every size of both functions measured, on the curve and in stats, and the state around it
// stay within what fits reckons with.
func TestLargestAdaptiveOutput(t *testing.T) {
	in, j := simulation.TwoTargets()
	in.Exploration, in.MaxInvocations, in.Strategy, in.IncludeOutputResults, in.PowerValues = tuning.Adaptive, 5000, tuning.Balanced, true, input.AllPowerValues()
	s := run.State{Next: run.StepRestore, Journal: run.Journal{Targets: []run.Target{journalled(), journalled()}}}
	for i, target := range j.Targets {
		s.Journal.Targets[i].Function, s.Journal.Targets[i].Architecture, s.Journal.Targets[i].Today = target.Function, target.Architecture, target.Today
	}
	known := run.KnownLock{Description: strings.Repeat("<", 256), RevisionID: strings.Repeat("r", 36)}
	s.Locks = map[tuning.Architecture]run.KnownLock{tuning.X86: known, tuning.Arm: known}
	require.NoError(t, FitsStateMachine(run.Event{}, in, s))

	r := rand.New(rand.NewPCG(1, 1))
	var samples []tuning.Sample
	for _, target := range s.Journal.Targets {
		for _, size := range in.PowerValues {
			c := tuning.Configuration{Architecture: target.Architecture, MemorySize: size}
			s.Throttled = append(s.Throttled, run.Throttled{Configuration: c, Count: 100_000})
			for i := range 12 {
				ms := math.Round(9e7*r.Float64()) / 100
				sample := tuning.Sample{Configuration: c, Duration: ms, BilledDuration: math.Ceil(ms), MaxMemoryUsed: size, Sandbox: i, Source: packing.Sources[i%len(packing.Sources)], Cold: i%2 == 0, Failed: true}
				if sample.Cold {
					sample.InitDuration = math.Round(1e6*r.Float64()) / 100
				}
				samples = append(samples, sample)
			}
		}
	}
	o, err := decide.Decide(in, s, samples)
	require.NoError(t, err)
	require.Len(t, o.Curve, 92)
	require.Len(t, o.Stats, 92)
	require.Equal(t, 92, o.Exploration.Measured)
	require.NotEmpty(t, o.Exploration.Open)
	s.Output = o
	t.Logf("%d bytes", jsontext.Length(s))
	require.LessOrEqual(t, jsontext.Length(s), fixedBytes+92*(configurationBytes+figuresBytes+estimateBytes))
}

func asking(a tuning.Architecture, size, samples int) tuning.Measurement {
	return tuning.Measurement{Configuration: tuning.Configuration{Architecture: a, MemorySize: size}, Samples: samples}
}
