package decide

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/answers"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/test/simulation"
	"github.com/dualarch/dualarch/tuning"
)

func TestWarnings(t *testing.T) {
	cold := func(samples []tuning.Sample) []tuning.Sample {
		for i := range samples {
			samples[i].Cold = true
		}
		return samples
	}
	clock := even(tuning.X86, 512, 2, 10)
	for i := range clock {
		clock[i].Source = tuning.ClientClock
	}
	failed := even(tuning.X86, 512, 1, 10)
	failed[0].Failed = true
	for name, test := range map[string]struct {
		change  func(in *input.Input, s *run.State)
		samples []tuning.Sample
		want    []string
	}{
		"none":               {func(*input.Input, *run.State) {}, even(tuning.X86, 512, 5, 10), []string{}},
		"a step's own":       {func(_ *input.Input, s *run.State) { s.Warnings = []string{"first"} }, even(tuning.X86, 512, 5, 10), []string{"first"}},
		"the caller's clock": {func(*input.Input, *run.State) {}, join(even(tuning.X86, 512, 5, 10), clock), []string{"2 of 7 durations were read from the caller's clock, because the platform's report was not found; they include the network"}},
		"cold starts beyond the trimmed": {
			func(in *input.Input, _ *run.State) { in.PowerValues = []int{512, 1024} }, join(cold(even(tuning.X86, 512, 2, 10)), even(tuning.X86, 512, 3, 10), cold(even(tuning.X86, 1024, 1, 10)), even(tuning.X86, 1024, 4, 10)),
			[]string{"cold starts are among the samples (40 % at 512 MB), more than discardTopBottom leaves out; cost and duration there include initialisation"},
		},
		"cold starts that were asked for": {func(in *input.Input, _ *run.State) { in.OnlyColdStarts = true }, cold(even(tuning.X86, 512, 5, 10)), []string{}},
		"allowed exceptions":              {func(*input.Input, *run.State) {}, join(even(tuning.X86, 512, 5, 10), failed), []string{"1 of 6 invocations ended with an error that allowedExceptions allows"}},
		"possibly duplicated":             {func(_ *input.Input, s *run.State) { s.Counts.PossiblyDuplicated = 2 }, even(tuning.X86, 512, 5, 10), []string{"2 invocations may have run twice, because their answer was lost"}},
		"SnapStart on Java": {func(_ *input.Input, s *run.State) {
			s.Journal.Targets[0].SnapStart, s.Journal.Targets[0].Runtime = true, "java21"
		}, even(tuning.X86, 512, 5, 10), []string{}},
		"SnapStart on Python": {
			func(_ *input.Input, s *run.State) {
				s.Journal.Targets[0].SnapStart, s.Journal.Targets[0].Runtime = true, "python3.14"
			}, even(tuning.X86, 512, 5, 10),
			[]string{"cost does not include what AWS charges for caching a version's snapshot (SnapStart on Python and .NET), 1.98 USD a month at 512 MB: give invocationsPerMonth to have it shared"},
		},
		"SnapStart within maxCost": {
			func(in *input.Input, s *run.State) {
				in.MaxCost, in.InvocationsPerMonth, s.Journal.Targets[0].SnapStart, s.Journal.Targets[0].Runtime = 0.1, 1e6, true, "python3.14"
				s.Counts.Snapshots = run.Snapshots{Exploring: 0.07, Confirming: 0.0812}
			}, even(tuning.X86, 512, 5, 10),
			[]string{"the snapshots of the versions that confirmed the winner cost 0.081 USD beside maxCost, which is for exploring"},
		},
		"SnapStart whose caching is shared": {
			func(in *input.Input, s *run.State) {
				in.InvocationsPerMonth, s.Journal.Targets[0].SnapStart, s.Journal.Targets[0].Runtime = 1e6, true, "dotnet8"
				s.Journal.Targets[0].Function = strings.Replace(simulation.ForeignARN, "us-east-1", "eu-west-1", 1)
			}, even(tuning.X86, 512, 5, 10), []string{"the price table of 2026-09-19 has no price for SnapStart in eu-west-1: that of us-east-1 is used"},
		},
		"error statuses": {func(_ *input.Input, s *run.State) { s.Responses = &answers.Comparison{Answers: 5, ErrorStatuses: 4} }, even(tuning.X86, 512, 5, 10), []string{"4 of 5 answers had a statusCode of 400 or more: the function may have been measured on its error path"}},
		"autoOptimize of an owned function": {
			func(in *input.Input, s *run.State) { in.AutoOptimize = true; s.Journal.Targets[0].Owned = true }, even(tuning.X86, 512, 5, 10),
			[]string{"autoOptimize changes nothing on a function that CloudFormation owns; deploy it: MemorySize 512"},
		},
		"autoOptimize against the advice": {
			func(in *input.Input, _ *run.State) { in.AutoOptimize, in.PowerValues = true, []int{1024} }, join(even(tuning.X86, 512, 5, 100), even(tuning.X86, 1024, 5, 10)),
			[]string{"autoOptimize sets 1024 MB, which fresh samples did not confirm to be better than today's 512 MB"},
		},
		"today's fails": {
			func(in *input.Input, s *run.State) {
				in.PowerValues = []int{1024}
				s.Failures = []tuning.Failure{{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 512}, Reason: "timed out"}}
			}, even(tuning.X86, 1024, 5, 10), []string{"today's x86_64 at 512 MB could not be measured: timed out"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in, j := simulation.OneTarget()
			in.PowerValues = []int{512}
			s := run.State{Journal: j}
			test.change(&in, &s)
			o, err := Decide(in, s, test.samples)
			require.NoError(t, err)
			require.Equal(t, test.want, o.Warnings)
		})
	}
}

func TestWarningsOfTwoTargets(t *testing.T) {
	in, j := simulation.TwoTargets()
	in.PowerValues, in.AutoOptimize = []int{256, 512}, true
	arm := even(tuning.Arm, 512, 5, 10)
	for i := range arm {
		arm[i].Cold = true
	}
	o, err := Decide(in, run.State{
		Journal:  j,
		Failures: []tuning.Failure{{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 512}, Reason: "out of memory", OutOfMemory: true}},
		Responses: &answers.Comparison{
			Enabled: true, Answers: 9, Compared: 4, Unstable: []string{"/id"},
			Patterns: []answers.Pattern{{Pointers: []string{"/id"}, Count: 1}, {Pointers: []string{"/id", "/n"}, Count: 2}},
			First:    &answers.Example{Pointer: "/n", Text: "/n: x86_64 answered 1, arm64 answered 2"},
		},
	}, arm)
	require.NoError(t, err)
	require.Equal(t, []string{
		"x86_64 failed at every memory size (x86_64 at 512 MB: out of memory); the verdict is the other architecture's alone",
		"only cold starts were seen of arm64 at 512 MB; cost and duration there include initialisation",
		"the two functions answered differently in 2 of 4 comparisons; the first difference: /n: x86_64 answered 1, arm64 answered 2",
		"autoOptimize changes nothing if two functions are tuned; deploy it: Primary arm64, MemorySize 512",
	}, o.Warnings)
	require.Equal(t, "not tried, because x86_64 at 512 MB ran out of memory", o.Targets[1].Sizes[0].Failed)
	require.Equal(t, "out of memory", o.Targets[1].Sizes[1].Failed)
	require.Nil(t, o.Comparison.OtherArchitecture)
}

// With adaptive exploration not every size of an architecture is tried, and there may be several reasons.
func TestWarningsOfAdaptiveExploration(t *testing.T) {
	at := func(a tuning.Architecture, size int) tuning.Configuration {
		return tuning.Configuration{Architecture: a, MemorySize: size}
	}
	in, j := simulation.TwoTargets()
	in.Exploration, in.PowerValues = tuning.Adaptive, []int{256, 512}
	for want, failures := range map[string][]tuning.Failure{
		"x86_64 failed at every memory size that was tried (x86_64 at 512 MB: broken); the verdict is the other architecture's alone":                      {{Configuration: at(tuning.X86, 512), Reason: "broken"}, {Configuration: at(tuning.X86, 256), Reason: "broken"}},
		"nothing was measured on x86_64 (x86_64 at 512 MB: not tried, because x86_64 at 1024 MB timed out); the verdict is the other architecture's alone": {{Configuration: at(tuning.X86, 1024), Reason: "timed out", TimedOut: true}},
	} {
		o, err := Decide(in, run.State{Journal: j, Failures: failures}, even(tuning.Arm, 512, 5, 10))
		require.NoError(t, err)
		require.Equal(t, []string{want}, o.Warnings)
	}

	// Today's x86_64 is measured and not asked for: it does not stand for its architecture.
	in, j = simulation.TwoTargets()
	j.Targets[0], j.Targets[1] = j.Targets[1], j.Targets[0]
	in.Exploration, in.MaxInvocations, in.PowerValues = tuning.Adaptive, 100, []int{1024}
	w := simulation.World{Random: rand.New(rand.NewPCG(1, 1)), Mean: simulation.CPUBound(100)}
	require.Empty(t, decided(t, w, in, j).Warnings)
}
