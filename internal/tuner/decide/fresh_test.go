package decide

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/test/simulation"
	"github.com/dualarch/dualarch/tuning"
)

// Exploration saw today's on a fast host; fresh samples do not.
func TestFreshSamplesCountForMoreThanWhatWasChosenBy(t *testing.T) {
	in, j, w := simulation.Architectures(0.3)
	f := w.Run(t, in, j)
	for i, s := range f.Samples {
		if !s.Confirming && s.Architecture == tuning.Arm {
			f.Samples[i].Duration /= 2
			f.Samples[i].BilledDuration = math.Ceil(f.Samples[i].Duration + s.InitDuration)
		}
	}
	o, err := Decide(in, run.State{Journal: j}, f.Samples)
	require.NoError(t, err)
	require.Equal(t, tuning.Arm, o.Architecture)
	r := o.Recommendation
	require.Equal(t, tuning.Change, r.Action)
	require.Equal(t, tuning.X86, r.Architecture)
	require.Regexp(t, `^x86_64 at 512 MB: (29|30|31) % cheaper \(.*\) and (29|30|31) % faster than today's arm64 at 512 MB$`, r.Text)
}

func TestKindsOfHostAreSaid(t *testing.T) {
	in, j, w := simulation.Architectures(0.3)
	f := w.Run(t, in, j)
	for i, s := range f.Samples {
		if s.Confirming && s.Architecture == tuning.Arm && s.Sandbox%2 == 1 {
			f.Samples[i].Duration *= 1.3
		}
	}
	o, err := Decide(in, run.State{Journal: j}, f.Samples)
	require.NoError(t, err)
	require.Len(t, o.Warnings, 1)
	require.Regexp(t, `^arm64 ran on two kinds of host, (2[89]|3[012]) % apart: 2 of 4 sandboxes on the slower one$`, o.Warnings[0])
	for _, target := range o.Targets {
		if target.Architecture != tuning.Arm {
			require.Nil(t, target.Hosts)
			continue
		}
		require.InDelta(t, 30, target.Hosts.ApartPercent, 2)
		require.Equal(t, []int{2, 4}, []int{target.Hosts.Slower, target.Hosts.Sandboxes})
	}
}

// An architecture that exploration leaves no chance is left out, and the text says so.
func TestWhatHasNoChanceIsNotConfirmed(t *testing.T) {
	in, j := simulation.TwoTargets()
	in.Exploration, in.MaxInvocations, in.PowerValues = tuning.Adaptive, 200, []int{256, 512, 1024, 1769}
	w := simulation.World{Random: rand.New(rand.NewPCG(1, 1)), Host: 0.01, Noise: 0.02, Mean: func(c tuning.Configuration) float64 {
		ms := 300 * math.Pow(512/float64(c.MemorySize), 1.5)
		if c.Architecture == tuning.X86 {
			ms *= 3
		}
		return ms
	}}
	f := w.Run(t, in, j)
	last := f.Rounds[len(f.Rounds)-1]
	require.Equal(t, run.PhaseConfirm, last.Phase)
	require.Len(t, last.Measurements, 2)
	o, err := Decide(in, run.State{Journal: j}, f.Samples)
	require.NoError(t, err)
	require.Nil(t, o.Recommendation.OtherArchitecture)
	require.Regexp(t, `^arm64 at 1769 MB: .* than today's arm64 at 512 MB; x86_64 was not confirmed to be worse: by exploration none of its memory sizes has a chance of 2 % to be cheaper; compared with x86_64's best, at 1769 MB, arm64 at 1769 MB is estimated to be 58 % cheaper \(\d+–\d+ %\)$`, o.Recommendation.Text)
}
