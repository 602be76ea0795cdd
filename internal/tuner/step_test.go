package tuner

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/answers"
	"github.com/dualarch/dualarch/internal/tuner/packing"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// fullState is a state with every field that a step writes, in the middle of a run.
func fullState(t *testing.T) run.State {
	t.Helper()
	arm512, x86512 := tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, tuning.Configuration{Architecture: tuning.X86, MemorySize: 512}
	samples, err := packing.Encode([]tuning.Sample{
		{Configuration: arm512, Source: tuning.LogTail, Cold: true, Duration: 104.41, InitDuration: 92.1, BilledDuration: 197, MaxMemoryUsed: 64, Sandbox: 1},
		{Configuration: arm512, Source: tuning.LogTail, Duration: 101.2, BilledDuration: 102, MaxMemoryUsed: 64, Sandbox: 1, Payload: 1},
		{Configuration: x86512, Source: tuning.CloudWatchLogs, Cold: true, Confirming: true, Duration: 120.5, RestoreDuration: 310.25, BilledRestoreDuration: 160, BilledDuration: 121, MaxMemoryUsed: 70, Sandbox: 2},
		{Configuration: x86512, Source: tuning.ClientClock, Failed: true, Duration: 133.33, BilledDuration: 134, Sandbox: 2},
	})
	require.NoError(t, err)
	low, high := tuning.Interval{Percent: 12.5, Low: 9.1, High: 15.8}, tuning.Interval{Percent: -3, Low: -4.5, High: -1.5}
	saved, certainty := 4.2, 0.97
	advantage := &tuning.Advantage{Architecture: tuning.X86, Power: 512, Cheaper: low, Faster: high}
	versus := &tuning.Versus{
		Architecture: tuning.X86, Power: 512, Cost: 1e-6, Duration: 118.2, CheaperPercent: 12.5, FasterPercent: -3,
		Cheaper: &low, Faster: &high, Estimated: true,
	}
	from, to := tuning.Means{Architecture: tuning.X86, Power: 512, Cost: 1e-6, Duration: 118.2}, tuning.Means{Architecture: tuning.Arm, Power: 512, Cost: 9e-7, Duration: 121}
	part := &tuning.Part{From: from, To: to, CheaperPercent: 12.5, FasterPercent: -3, Cheaper: &low, Faster: &high, Estimated: true}
	spread := &tuning.Spread{Samples: 5, TrimmedMean: 101, Mean: 102, Median: 100.5, P95: 110, StandardDeviation: 2.5, Min: 99, Max: 111, MeanInit: 92, MeanCost: 9e-7}
	return run.State{
		Next: run.StepMeasure,
		Journal: run.Journal{Targets: []run.Target{{
			Function: armFunction, Architecture: tuning.Arm, MemorySize: 512, Description: "counts primes",
			Fingerprint: "5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592", EnvironmentCheck: "a7",
			CodeSHA256: "3cXlTQLWMoTCIXYmCKFN7Dr4NEUvgKNXdZ3zpwrh2x8=", CodeSize: 5 << 20,
			RevisionID: "0a1b2c3d-0000-4000-a000-00000000002a", LastModified: "2026-11-22T10:11:12.000+0000", HighestVersion: 7,
			Today: run.Today{MemorySize: 512, Version: "7"}, Owned: true, Timeout: 30, EphemeralStorage: 512, PackageType: "Zip", SnapStart: true,
			LogGroup: "/aws/lambda/prime-arm64", LogFormat: "JSON", SystemLogsFiltered: true, Concurrency: 50, SharesSlot: true,
		}}},
		Heal: &run.Lock{
			Function: armFunction, Region: "eu-central-1", StateMachine: "tune", Execution: "run-1", Restoring: true, Attempt: "00000002-0000-4000-a000-e30f061706d1",
			Deadline: time.UnixMilli(1795000000123).UTC(), Until: time.UnixMilli(1795000000456).UTC(), Lease: time.UnixMilli(1795003600000).UTC(),
		},
		WaitSeconds: 10,
		Round:       run.Round{Number: 2, Phase: run.PhaseConfirm, Measurements: []tuning.Measurement{{Configuration: arm512, Samples: 5}}, Sandboxes: 5, Done: 20},
		Versions:    []run.PublishedVersion{{Configuration: arm512, Version: "12", Sandbox: 1, Measured: 3, Slowest: 118.25, ColdStarts: 1, Lost: 2}},
		Samples:     samples, FruitlessSeconds: 12.5,
		Failures: []tuning.Failure{{Configuration: x86512, Reason: "Runtime.OutOfMemory: signal: killed", OutOfMemory: true, TimedOut: true}},
		Counts: run.Counts{Invocations: 40, Throttles: 3, PossiblyDuplicated: 2, Transitions: 11, Events: 52, StepGBSeconds: 32.5, Unsampled: run.BilledWithoutSample{
			Count: 4, Estimated: 2, Cost: 1e-6, Worst: explore.Spending{Invocations: 4, Cost: 2e-6},
		}},
		Responses: &answers.Comparison{
			Enabled: true, NotCompared: "a preprocessor changes the payloads", HideValues: true, Answers: 40, ErrorStatuses: 1, Compared: 20,
			Unstable: []string{"/time"}, Varying: true, Patterns: []answers.Pattern{{Pointers: []string{"/body/count"}, More: true, Count: 2}},
			First: &answers.Example{Pointer: "/body/count", Text: "5133 and 5134"}, Hashes: []answers.AnswerHash{{Architecture: tuning.Arm, Payload: 1, Hash: "9f86d081"}},
		},
		Warnings: []string{"unknown field autoptimize"}, Notes: []string{"an invocation was cut off"},
		Throttled: []run.Throttled{{Configuration: arm512, Count: 3}},
		OutOfTime: &run.OutOfTime{Phase: run.PhaseConfirm, Begun: true, Given: true, LimitSeconds: 600, NeededSeconds: 900},
		Pace:      &run.Pace{Tokens: 12.5, Rate: 10, At: time.UnixMilli(1795000000123).UTC()},
		Output: &tuning.Output{
			Power: 512, Cost: 9e-7, Duration: 101.5,
			OutOfTime:    &tuning.OutOfTime{Phase: "confirm", Begun: true, Limit: "maxMinutes", LimitMinutes: 10, NeededMinutes: 15},
			StateMachine: tuning.StateMachine{ExecutionCost: 0.0003, LambdaCost: 0.0001, TunerCost: 0.0002, Visualization: "https://lambda-power-tuning.show/#AAI="},
			Stats:        []tuning.Stat{{AveragePrice: 9e-7, AverageDuration: 101.5, Value: 512, Architecture: tuning.Arm}},
			Architecture: tuning.Arm,
			Targets: []tuning.TargetStatistics{{Architecture: tuning.Arm, FunctionARN: armFunction, Sizes: []tuning.SizeStatistics{{
				Power: 512, Today: true, Failed: "timed out", Cost: 9e-7, Duration: 101.5, Samples: 6, Errors: 1, Throttles: 3, Sandboxes: 2,
				ColdShare: 0.2, MaxMemoryUsed: 64, Sources: map[tuning.Source]int{tuning.LogTail: 6}, Warm: spread, Cold: spread,
			}}}},
			Exploration: &tuning.Explored{
				Method: tuning.Adaptive, Measured: 9, Sizes: 46, Certainty: 0.97, Open: []tuning.OpenConfiguration{{Architecture: tuning.X86, Power: 512}}, OpenPercent: 1.5,
				BudgetSpent: true, Text: "arm64 at 512 MB was found",
			},
			Curve:              []tuning.CurvePoint{{Architecture: tuning.Arm, Power: 640, Estimated: true, Cost: 1e-6, CostLow: 9e-7, CostHigh: 2e-6, Duration: 90, DurationLow: 80, DurationHigh: 99}},
			Comparison:         &tuning.Comparison{Winner: &to, OtherArchitecture: versus, Today: versus, ByMemory: part, ByArchitecture: part},
			Recommendation:     &tuning.Recommendation{Action: tuning.Change, Architecture: tuning.Arm, Power: 512, Text: "Change", Confirmed: true, Sandboxes: 5, Today: advantage, OtherArchitecture: advantage, SavingsPerMonth: &saved},
			Responses:          &tuning.ResponseComparison{Compared: 20, Alike: 18, Unstable: []string{"/time"}, FirstDifference: "5133 and 5134", NotCompared: "a preprocessor"},
			Throttles:          3,
			PossiblyDuplicated: 2,
			Published: &tuning.Published{
				Target: "Prime", Execution: "arn:aws:states:eu-central-1:123456789012:execution:tune:run-1", Time: time.UnixMilli(1795000000123).UTC(),
				Functions: []string{armFunction}, Strategy: tuning.Cost, Text: "Change", AdviceChanged: true, Changed: []string{"power"},
				Advice: tuning.Advice{Action: tuning.Change, Architecture: tuning.Arm, Power: 512, SavingPercent: 12.5, Saving: &low, SavingsPerMonth: &saved, Confirmed: true, Certainty: &certainty},
				Last:   &tuning.Advice{Action: tuning.Change, Architecture: tuning.Arm, Power: 256, Confirmed: true},
				Object: "s3://results/Prime/2026-11-27T23-21-13Z-run-1.json",
			},
			Warnings: []string{"cold starts are among the samples"},
		},
	}
}

// The files are what a state of each format looks like. One that is not the present format's is never
// renewed: executions that began with it have it in their history.
const (
	stateOfTheFormatBefore = "state-format-1.json"
	stateOfThisFormat      = "state-format-2.json"
)

func TestStateOfThisFormat(t *testing.T) {
	state := fullState(t)
	state.Format, state.Journal.Format = run.StateFormat, run.JournalFormat
	text, err := json.MarshalIndent(state, "", "  ")
	require.NoError(t, err)
	path := filepath.Join("testdata", stateOfThisFormat)
	if renewGolden {
		require.NoError(t, os.WriteFile(path, append(text, '\n'), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(text)+"\n", "make golden renews it; raise the number where a state of the version before would be misread")
	var read run.State
	require.NoError(t, json.Unmarshal(want, &read))
	require.Equal(t, &state, &read)
}

func TestStateOfTheFormatBefore(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", stateOfTheFormatBefore))
	require.NoError(t, err)
	var state run.State
	require.NoError(t, json.Unmarshal(text, &state))
	again, err := json.Marshal(state)
	require.NoError(t, err)
	require.JSONEq(t, string(text), string(again), "Restore and Heal have to read all of it")

	journal, err := state.Journal.Readable("arn")
	require.NoError(t, err)
	want := state.Journal.Targets[0]
	want.NamedMarks = true
	require.Equal(t, []run.Target{want}, journal.Targets)
	require.False(t, state.Journal.Targets[0].NamedMarks, "what Restore hands on stays as it is")
}

// A later version may write anything: what is read of it is what every format has.
func TestStateOfALaterFormat(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want run.State
	}{
		"its state alone": {
			`{"format":7,"next":["a","b"],"samples":{"blob":1},"journal":{"format":2,"targets":[{"function":"f","memorySize":512}]}}`,
			run.State{Format: 7, Journal: run.Journal{Format: 2, Targets: []run.Target{{Function: "f", MemorySize: 512}}}},
		},
		"its journal alone": {
			`{"format":2,"next":"prepare","samples":"abc","journal":{"format":7,"targets":{"f":512}}}`,
			run.State{Format: 2, Next: run.StepPrepare, Samples: "abc", Journal: run.Journal{Format: 7}},
		},
		"both": {`{"format":7,"journal":{"format":8}}`, run.State{Format: 7, Journal: run.Journal{Format: 8}}},
		"a field more in this format": {
			`{"format":2,"next":"prepare","more":1,"journal":{"format":2,"more":1,"targets":[{"function":"f","more":1}]}}`,
			run.State{Format: 2, Next: run.StepPrepare, Journal: run.Journal{Format: 2, Targets: []run.Target{{Function: "f"}}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got run.State
			require.NoError(t, json.Unmarshal([]byte(test.text), &got))
			require.Equal(t, &test.want, &got)
		})
	}
}

func TestHandedOn(t *testing.T) {
	targets := `"targets":[{"function":"f"}]`
	journal := run.Journal{Format: 2, Targets: []run.Target{{Function: "f"}}}
	locks := map[tuning.Architecture]run.KnownLock{tuning.Arm: {Description: "d", RevisionID: "r"}}
	for output, want := range map[string]*run.State{
		`{"format":2,"next":"prepare","journal":{"format":2,` + targets + `}}`:                                                        {Format: 2, Next: run.StepPrepare, Journal: journal},
		`{"format":2,"next":"measure","locks":{"arm64":{"description":"d","revisionId":"r"}},"journal":{"format":2,` + targets + `}}`: {Format: 2, Next: run.StepMeasure, Journal: journal, Locks: locks},
		`{"format":1,"next":"prepare","journal":{"format":1,` + targets + `}}`:                                                        {Format: 1, Next: run.StepPrepare, Journal: run.Journal{Format: 1, Targets: journal.Targets}},
		`{"format":9,"next":{},"locks":7,"journal":{"format":2,` + targets + `}}`:                                                     {Format: 9, Journal: journal},
		`{"format":9,"next":"go","journal":{"format":9,"functions":["f"]}}`:                                                           {Format: 9, Journal: run.Journal{Format: 9}},
		`{"format":2,"next":"heal","journal":{"targets":null}}`:                                                                       nil,
		`{"format":9,"journal":{"targets":null}}`:                                                                                     nil,
		`{"next":"prepare","journal":{` + targets + `}}`:                                                                              {}, // from before there were numbers
		`{"power":512}`: nil,
		`[]`:            nil,
		``:              nil,
	} {
		got, ok := run.HandedOn([]byte(output))
		require.Equal(t, want != nil, ok, output)
		if ok {
			require.Equal(t, *want, got, output)
		}
	}
}

func TestStepsRefuseForeignStates(t *testing.T) {
	const text = "the tuner was deployed in the middle of this execution, which carries a state of format %d with a journal of format %d, " +
		"and this version's have formats 2 and 2: start a new execution"
	for _, format := range [][2]int{{1, 1}, {1, 2}, {2, 1}, {3, 2}, {2, 3}, {3, 3}} {
		for _, step := range []asl.Step{asl.Prepare, asl.Measure, asl.Verdict, asl.Apply, asl.Publish} {
			_, err := Steps{}.Run(t.Context(), step, run.Event{State: &run.State{Format: format[0], Journal: run.Journal{Format: format[1]}}})
			require.EqualError(t, err, fmt.Sprintf(text, format[0], format[1]), step)
			require.Equal(t, "ForeignState", run.ErrorName(err))
		}
	}
	_, err := Steps{}.Run(t.Context(), "paln", run.Event{})
	require.EqualError(t, err, `powertuning: DUALARCH_STEP is "paln"; it must be plan, prepare, measure, restore, heal, verdict, apply or publish`)
}
