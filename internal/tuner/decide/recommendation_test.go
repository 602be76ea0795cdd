package decide

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/answers"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/test/simulation"
	"github.com/dualarch/dualarch/tuning"
)

func TestRecommendations(t *testing.T) {
	slower := func(a tuning.Architecture, by float64) func(tuning.Configuration) float64 {
		return func(c tuning.Configuration) float64 {
			ms := simulation.CPUBound(200)(c)
			if c.Architecture == a {
				ms *= by
			}
			return ms
		}
	}
	alike := &answers.Comparison{Enabled: true, Compared: 20}
	for name, test := range map[string]struct {
		change    func(in *input.Input, j *run.Journal)
		mean      func(tuning.Configuration) float64
		failures  []tuning.Failure
		responses *answers.Comparison
		want      string
		action    tuning.Action
		confirmed bool
		power     int
	}{
		"change the architecture and the size": {
			change: func(in *input.Input, j *run.Journal) {
				in.InvocationsPerMonth, in.PowerValues = 3e6, []int{1024}
				j.Targets[0], j.Targets[1] = j.Targets[1], j.Targets[0]
			},
			mean: func(c tuning.Configuration) float64 {
				if c.Architecture == tuning.X86 {
					return 1e5 / float64(c.MemorySize)
				}
				return 0.9e5 / float64(c.MemorySize)
			},
			responses: alike,
			want:      "arm64 at 1024 MB: 29 % cheaper (18–39 %) and 58 % faster than today's x86_64 at 512 MB; 29 % cheaper: about nothing (−8.1 to 9 %) from 512 → 1024 MB, 28 % from arm64; both answered alike in 20 of 20; saves about 1.62 USD a month at 3 million invocations",
			action:    tuning.Change, confirmed: true, power: 1024,
		},
		"change the size of one target": {
			change: func(in *input.Input, j *run.Journal) {
				*in, *j = simulation.OneTarget()
				in.PowerValues, in.Strategy = []int{512, 1024}, tuning.Speed
			},
			mean:   simulation.CPUBound(200),
			want:   "x86_64 at 1024 MB: 49 % faster (45–53 %) than today's x86_64 at 512 MB, and about the same price",
			action: tuning.Change, confirmed: true, power: 1024,
		},
		"keep the winner that is today's": {
			change: func(in *input.Input, _ *run.Journal) { in.PowerValues = []int{256, 512} },
			mean: func(c tuning.Configuration) float64 {
				return slower(tuning.X86, 1.3)(c) * math.Pow(512/float64(c.MemorySize), 0.2)
			},
			want:   "keep arm64 at 512 MB: 37 % cheaper (27–46 %) and 22 % faster than x86_64's best, at 512 MB",
			action: tuning.Keep, confirmed: true, power: 512,
		},
		"keep the only target's size": {
			change: func(in *input.Input, j *run.Journal) {
				*in, *j = simulation.OneTarget()
				in.PowerValues = []int{512, 3008}
			},
			mean:   simulation.CPUBound(200),
			want:   "keep x86_64 at 512 MB: no other memory size was measured to be cheaper",
			action: tuning.Keep, power: 512,
		},
		"keep what nothing is confirmed against": {
			change: func(in *input.Input, _ *run.Journal) { in.PowerValues = []int{1024, 1769} },
			mean:   func(c tuning.Configuration) float64 { return slower(tuning.X86, 1.3)(c) },
			want:   "keep arm64 at 512 MB: arm64 at 1024 MB was measured best of the sizes asked for, but on fresh samples it is about the same price (−3.9 to 5.4 %); compared with x86_64's best, at 1024 MB, arm64 at 1024 MB is 38 % cheaper (29–46 %)",
			action: tuning.Keep, power: 512,
		},
		"only the memory where the architectures are alike": {
			change: func(in *input.Input, j *run.Journal) {
				j.Targets[0], j.Targets[1] = j.Targets[1], j.Targets[0]
				in.PowerValues, in.Overrides = []int{1024}, price.Overrides{GBSecondX86: new(1.5e-5), GBSecondArm: new(1.5e-5)}
			},
			mean:   func(c tuning.Configuration) float64 { return 2e8 / float64(c.MemorySize) / float64(c.MemorySize) },
			want:   "x86_64 at 1024 MB: 49 % cheaper (46–52 %) and 75 % faster than today's x86_64 at 512 MB; that arm64 would be cheaper still was not confirmed",
			action: tuning.Change, confirmed: true, power: 1024,
		},
		"cold starts": {
			change: func(in *input.Input, _ *run.Journal) { in.OnlyColdStarts, in.PowerValues = true, []int{1769} },
			mean:   simulation.CPUBound(200),
			want:   "keep arm64 at 512 MB: cold starts are measured, not confirmed; arm64 at 1769 MB was measured best of the sizes asked for; compared with x86_64's best, at 1769 MB, arm64 at 1769 MB is estimated to be 18 % cheaper (2.3–31 %)",
			action: tuning.Keep, power: 512,
		},
		"today's fails": {
			change:   func(in *input.Input, _ *run.Journal) { in.PowerValues = []int{1024} },
			mean:     simulation.CPUBound(200),
			failures: []tuning.Failure{{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, Reason: "timed out after 3 s"}},
			want:     "keep arm64 at 512 MB: it could not be measured, so nothing is compared with it; arm64 at 1024 MB was measured best; compared with x86_64's best, at 1024 MB, arm64 at 1024 MB is 16 % cheaper (9.1–22 %)",
			action:   tuning.Keep, power: 512,
		},
		"today's among equals, explored adaptively": {
			change: func(in *input.Input, j *run.Journal) {
				*in, *j = simulation.OneTarget()
				in.Exploration, in.MaxInvocations, in.Strategy = tuning.Adaptive, 100, tuning.Speed
				in.PowerValues = []int{256, 512}
			},
			mean: func(c tuning.Configuration) float64 {
				if c.MemorySize == 512 {
					return 99.5
				}
				return 100
			},
			want:   "keep x86_64 at 512 MB: no other memory size was found to be faster by 1 %",
			action: tuning.Keep, power: 512,
		},
		"an equal of today's, explored adaptively": {
			change: func(in *input.Input, j *run.Journal) {
				*in, *j = simulation.OneTarget()
				in.Exploration, in.MaxInvocations, in.Strategy, in.PowerValues = tuning.Adaptive, 100, tuning.Speed, []int{1024}
			},
			mean:   func(tuning.Configuration) float64 { return 100 },
			want:   "keep x86_64 at 512 MB: x86_64 at 1024 MB was found best of the sizes asked for, but on fresh samples it is about as fast (−6.6 to 4.4 %)",
			action: tuning.Keep, power: 512,
		},
		"today's fails, explored adaptively": {
			change: func(in *input.Input, _ *run.Journal) {
				in.Exploration, in.MaxInvocations, in.PowerValues = tuning.Adaptive, 100, []int{1024}
			},
			mean:     simulation.CPUBound(200),
			failures: []tuning.Failure{{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, Reason: "timed out after 3 s"}},
			want:     "keep arm64 at 512 MB: it could not be measured, so nothing is compared with it; arm64 at 1024 MB was found best; compared with x86_64's best, at 1024 MB, arm64 at 1024 MB is estimated to be 25 % cheaper (10–38 %)",
			action:   tuning.Keep, power: 512,
		},
		"answers differ": {
			change: func(in *input.Input, _ *run.Journal) {
				in.PowerValues, in.Strategy, in.InvocationsPerMonth = []int{3008}, tuning.Speed, 250_000
			},
			mean:      simulation.CPUBound(200),
			responses: &answers.Comparison{Enabled: true, Compared: 20, Patterns: []answers.Pattern{{Pointers: []string{"/n"}, Count: 3}}, First: &answers.Example{Pointer: "/n", Text: "/n: x86_64 answered 1, arm64 answered 2"}},
			want:      "arm64 at 3008 MB: 72 % faster (70–73 %) and 65 % more expensive than today's arm64 at 512 MB; that x86_64 would be faster still was not confirmed; but their answers differed in 3 of 20: see the warnings first; costs about 0.80 USD more a month at 250,000 invocations",
			action:    tuning.Change, confirmed: true, power: 3008,
		},
		"balanced": {
			change: func(in *input.Input, j *run.Journal) {
				*in, *j = simulation.OneTarget()
				in.PowerValues, in.Strategy = []int{512, 1769}, tuning.Balanced
			},
			mean:   simulation.CPUBound(200),
			want:   "x86_64 at 1769 MB: 70 % faster (68–73 %) than today's x86_64 at 512 MB, and about the same price (−9.9 to 4.9 %)",
			action: tuning.Change, confirmed: true, power: 1769,
		},
	} {
		t.Run(name, func(t *testing.T) {
			in, j := simulation.TwoTargets()
			test.change(&in, &j)
			w := simulation.World{Random: rand.New(rand.NewPCG(6, 6)), Mean: test.mean, Host: 0.01, Noise: 0.05, Init: 100, Failures: test.failures}
			f := w.Run(t, in, j)
			o, err := Decide(in, run.State{Journal: j, Failures: f.Failures, Responses: test.responses}, f.Samples)
			require.NoError(t, err)
			r := o.Recommendation
			require.Equal(t, test.want, r.Text)
			require.Equal(t, test.action, r.Action)
			require.Equal(t, test.confirmed, r.Confirmed)
			require.Equal(t, test.power, r.Power)
			require.Equal(t, test.action == tuning.Change && in.InvocationsPerMonth > 0, r.SavingsPerMonth != nil)
		})
	}
}

func TestASmallAdvantageIsNotWorthAChange(t *testing.T) {
	in, j := simulation.OneTarget()
	in.PowerValues, in.Strategy = []int{1024}, tuning.Speed
	w := simulation.World{Random: rand.New(rand.NewPCG(1, 1)), Noise: 0.002, Mean: func(c tuning.Configuration) float64 {
		if c.MemorySize == 1024 {
			return 983
		}
		return 1000
	}}
	require.Equal(t, "keep x86_64 at 512 MB: x86_64 at 1024 MB was measured best of the sizes asked for, but on fresh samples it is 1.7 % faster (1–2.5 %), less than the 2 % that a change is worth",
		decided(t, w, in, j).Recommendation.Text)
}

// A confirmation that is ended while it is open says what ended it.
func TestWhatEndedAnOpenConfirmation(t *testing.T) {
	in, j, w := simulation.Architectures(0.1)
	f := w.Run(t, in, j)
	var first []tuning.Sample
	for _, s := range f.Samples {
		if run.RoundOf(s) <= f.Rounds[1].Number {
			first = append(first, s)
		}
	}
	for want, state := range map[string]run.State{
		tuning.StoppedByTime:    {OutOfTime: &run.OutOfTime{Phase: run.PhaseConfirm}},
		tuning.StoppedByCeiling: {Capped: true},
		"exhausted":             {},
	} {
		state.Journal = j
		o, err := Decide(in, state, first)
		require.NoError(t, err)
		require.Equal(t, want, o.Recommendation.Stopped)
		require.Equal(t, 4, o.Recommendation.Sandboxes)
	}
	// A ceiling ended the confirmation although exploring had no more time, and before it had begun.
	state := run.State{Journal: j, Capped: true, OutOfTime: &run.OutOfTime{Phase: run.PhaseExplore}}
	o, err := Decide(in, state, first)
	require.NoError(t, err)
	require.Equal(t, tuning.StoppedByCeiling, o.Recommendation.Stopped)
	o, err = Decide(in, state, slices.DeleteFunc(first, func(s tuning.Sample) bool { return s.Confirming }))
	require.NoError(t, err)
	require.Contains(t, o.Recommendation.Text, "but MaxCost or MaxInvocations left nothing to confirm it with")
}

func TestTooFewFreshSandboxesConfirmNothing(t *testing.T) {
	in, j := simulation.OneTarget()
	in.PowerValues = []int{1024}
	samples := join(even(tuning.X86, 1024, 5, 10), even(tuning.X86, 512, 5, 100), even(tuning.X86, 1024, 5, 10), even(tuning.X86, 512, 5, 100))
	for i := 10; i < 20; i++ {
		samples[i].Confirming = true // all in one sandbox
	}
	o, err := Decide(in, run.State{Journal: j}, samples)
	require.NoError(t, err)
	require.Equal(t, "keep x86_64 at 512 MB: x86_64 at 1024 MB was measured best of the sizes asked for, but too few fresh sandboxes answered to confirm it", o.Recommendation.Text)
	require.Equal(t, 1024, o.Power, "power stays the strategy's choice")
}
