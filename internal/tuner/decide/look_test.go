package decide

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/confirm"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// architectures has one size, whose cost differs between the architectures by a share.
func architectures(differ float64) (input.Input, run.Journal, simulation) {
	in, j := twoTargets()
	in.PowerValues, in.Overrides = []int{512}, price.Overrides{GBSecondX86: new(1.5e-5), GBSecondArm: new(1.5e-5), Request: new(0.0)}
	return in, j, simulation{random: rand.New(rand.NewPCG(1, 1)), host: 0.01, noise: 0.02, mean: func(c tuning.Configuration) float64 {
		if c.Architecture == tuning.X86 {
			return 1000 * (1 - differ)
		}
		return 1000
	}}
}

func TestMoreSandboxesWhereTheFirstLookLeavesItOpen(t *testing.T) {
	for name, test := range map[string]struct {
		differ  float64
		rounds  []int // sandboxes of each that confirms
		looks   int
		stopped confirm.Reason
		action  tuning.Action
	}{
		"much":   {0.3, []int{4}, 1, confirm.Confirmed, tuning.Change},
		"enough": {0.1, []int{4, 7}, 2, confirm.Confirmed, tuning.Change},
		"none":   {0, []int{4}, 1, confirm.Hopeless, tuning.Keep},
	} {
		t.Run(name, func(t *testing.T) {
			in, j, w := architectures(test.differ)
			f := w.run(t, in, j)
			var rounds []int
			sandboxes := 0
			for _, r := range f.rounds {
				if r.Phase == run.PhaseConfirm {
					rounds, sandboxes = append(rounds, r.Sandboxes), sandboxes+r.Sandboxes
					require.Len(t, r.Measurements, 2)
				}
			}
			require.Equal(t, test.rounds, rounds)
			o, err := Decide(in, run.State{Journal: j}, f.samples)
			require.NoError(t, err)
			require.Equal(t, test.action, o.Recommendation.Action, o.Recommendation.Text)
			require.Equal(t, test.looks, o.Recommendation.Looks)
			require.Equal(t, sandboxes, o.Recommendation.Sandboxes)
			require.Equal(t, string(test.stopped), o.Recommendation.Stopped)
		})
	}
}

// A round that brought no sandbox is not asked for again.
func TestALookThatBringsNothingIsTheLast(t *testing.T) {
	in, j, w := architectures(0.1)
	f := w.run(t, in, j)
	second := f.rounds[2]
	require.Equal(t, run.PhaseConfirm, second.Phase)
	var first []tuning.Sample
	for _, s := range f.samples {
		if !s.Confirming || run.RoundOf(s) < second.Number {
			first = append(first, s)
		}
	}
	again, more := NextRound(in, run.State{Journal: j, Round: f.rounds[1]}, first)
	require.True(t, more)
	require.Equal(t, second, again)
	_, more = NextRound(in, run.State{Journal: j, Round: second}, first)
	require.False(t, more)
}

// Exploration saw today's on a fast host; fresh samples do not.
func TestFreshSamplesCountForMoreThanWhatWasChosenBy(t *testing.T) {
	in, j, w := architectures(0.3)
	f := w.run(t, in, j)
	for i, s := range f.samples {
		if !s.Confirming && s.Architecture == tuning.Arm {
			f.samples[i].Duration /= 2
			f.samples[i].BilledDuration = math.Ceil(f.samples[i].Duration + s.InitDuration)
		}
	}
	o, err := Decide(in, run.State{Journal: j}, f.samples)
	require.NoError(t, err)
	require.Equal(t, tuning.Arm, o.Architecture)
	r := o.Recommendation
	require.Equal(t, tuning.Change, r.Action)
	require.Equal(t, tuning.X86, r.Architecture)
	require.Regexp(t, `^x86_64 at 512 MB: (29|30|31) % cheaper \(.*\) and (29|30|31) % faster than today's arm64 at 512 MB$`, r.Text)
}

func TestKindsOfHostAreSaid(t *testing.T) {
	in, j, w := architectures(0.3)
	f := w.run(t, in, j)
	for i, s := range f.samples {
		if s.Confirming && s.Architecture == tuning.Arm && s.Sandbox%2 == 1 {
			f.samples[i].Duration *= 1.3
		}
	}
	o, err := Decide(in, run.State{Journal: j}, f.samples)
	require.NoError(t, err)
	require.Len(t, o.Warnings, 1)
	require.Regexp(t, `^arm64 ran on two kinds of host, (2[89]|3[012]) % apart: 2 of 4 sandboxes on the slower one$`, o.Warnings[0])
}

// What each sandbox costs decides how many there may be.
func TestFewerSandboxesWhereEachCostsMuch(t *testing.T) {
	in, j := twoTargets()
	require.Equal(t, 20, MostToConfirm(in, j))
	in.Payloads = make([]input.WeightedPayload, 5)
	require.Equal(t, 20, MostToConfirm(in, j))
	in.Payloads = make([]input.WeightedPayload, 6)
	require.Equal(t, 11, MostToConfirm(in, j))
	j.Targets[0].SnapStart, j.Targets[0].Runtime = true, "python3.14"
	require.Equal(t, 6, MostToConfirm(in, j))
	j.Targets[0].Runtime = "java21"
	require.Equal(t, 11, MostToConfirm(in, j))
}

// An architecture that exploration leaves no chance is left out, and the text says so.
func TestWhatHasNoChanceIsNotConfirmed(t *testing.T) {
	in, j := twoTargets()
	in.Exploration, in.MaxInvocations, in.PowerValues = tuning.Adaptive, 200, []int{256, 512, 1024, 1769}
	w := simulation{random: rand.New(rand.NewPCG(1, 1)), host: 0.01, noise: 0.02, mean: func(c tuning.Configuration) float64 {
		ms := 300 * math.Pow(512/float64(c.MemorySize), 1.5)
		if c.Architecture == tuning.X86 {
			ms *= 3
		}
		return ms
	}}
	f := w.run(t, in, j)
	last := f.rounds[len(f.rounds)-1]
	require.Equal(t, run.PhaseConfirm, last.Phase)
	require.Len(t, last.Measurements, 2)
	o, err := Decide(in, run.State{Journal: j}, f.samples)
	require.NoError(t, err)
	require.Nil(t, o.Recommendation.OtherArchitecture)
	require.Regexp(t, `^arm64 at 1769 MB: .* than today's arm64 at 512 MB; x86_64 was not confirmed to be worse: by exploration none of its memory sizes has a chance of 2 % to be cheaper; compared with x86_64's best, at 1769 MB, arm64 at 1769 MB is estimated to be 63 % cheaper \(\d+–\d+ %\)$`, o.Recommendation.Text)
}
