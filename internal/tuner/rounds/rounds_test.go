package rounds_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/rounds"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/test/simulation"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

func at(a tuning.Architecture, size, samples int) tuning.Measurement {
	return tuning.Measurement{Configuration: tuning.Configuration{Architecture: a, MemorySize: size}, Samples: samples}
}

func TestARunExploresEverythingThenConfirms(t *testing.T) {
	in, j := simulation.TwoTargets()
	in.PowerValues, in.Num = []int{128, 1024}, 20
	w := simulation.World{Random: rand.New(rand.NewPCG(1, 1)), Mean: func(c tuning.Configuration) float64 {
		ms := 102400 / float64(c.MemorySize)
		if c.Architecture == tuning.X86 || c.MemorySize == 128 {
			ms *= 1.2
		}
		return ms
	}}
	f := w.Run(t, in, j)
	require.Equal(t, []run.Round{
		{Number: 1, Phase: run.PhaseExplore, Sandboxes: 1, Measurements: []tuning.Measurement{
			at(tuning.Arm, 1024, 20), at(tuning.X86, 1024, 20),
			at(tuning.Arm, 512, 20), at(tuning.X86, 128, 20), // today's 512 MB is measured although nobody asked
			at(tuning.Arm, 128, 20),
		}},
		{Number: 2, Phase: run.PhaseConfirm, Sandboxes: 4, Measurements: []tuning.Measurement{
			at(tuning.Arm, 1024, 1), // the winner
			at(tuning.Arm, 512, 1),  // today's
			at(tuning.X86, 1024, 1), // the other architecture's best
		}},
	}, f.Rounds)
}

func TestOneTargetIsConfirmedAgainstToday(t *testing.T) {
	in, j := simulation.OneTarget()
	in.PowerValues = []int{1769, 3008}
	w := simulation.World{Random: rand.New(rand.NewPCG(1, 1)), Mean: simulation.CPUBound(100)}
	in.Strategy = tuning.Speed
	f := w.Run(t, in, j)
	require.Len(t, f.Rounds, 2)
	require.Equal(t, []tuning.Measurement{at(tuning.X86, 3008, 10), at(tuning.X86, 1769, 10), at(tuning.X86, 512, 10)}, f.Rounds[0].Measurements)
	require.Len(t, f.Rounds[1].Measurements, 2)
	require.Equal(t, at(tuning.X86, 512, 1), f.Rounds[1].Measurements[1])
}

func TestRunsWithNothingToConfirm(t *testing.T) {
	w := simulation.World{Random: rand.New(rand.NewPCG(1, 1)), Mean: func(c tuning.Configuration) float64 { return float64(c.MemorySize) }}
	for name, change := range map[string]func(*input.Input){
		"dryRun":                              func(in *input.Input) { in.DryRun = true },
		"onlyColdStarts":                      func(in *input.Input) { in.OnlyColdStarts = true },
		"today's is the winner of one target": func(in *input.Input) { in.PowerValues = []int{512, 1024} },
	} {
		t.Run(name, func(t *testing.T) {
			in, j := simulation.OneTarget()
			change(&in)
			f := w.Run(t, in, j)
			require.Len(t, f.Rounds, 1)
			require.Equal(t, run.PhaseExplore, f.Rounds[0].Phase)
		})
	}
}

func TestADryRunInvokesOnceAndLeavesTodayOut(t *testing.T) {
	in, j := simulation.OneTarget()
	in.DryRun, in.PowerValues = true, []int{128, 256}
	round, more := rounds.Next(in, run.State{Journal: j}, nil)
	require.True(t, more)
	require.Equal(t, []tuning.Measurement{at(tuning.X86, 256, 1), at(tuning.X86, 128, 1)}, round.Measurements)
	require.False(t, run.CountsWarmOnly(in, round))
}

func TestARoundThatBroughtNothingIsNotRepeated(t *testing.T) {
	in, j := simulation.OneTarget()
	in.PowerValues = []int{128}
	first, more := rounds.Next(in, run.State{Journal: j}, nil)
	require.True(t, more)
	_, more = rounds.Next(in, run.State{Journal: j, Round: first}, nil)
	require.False(t, more)

	some := []tuning.Sample{{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 128}, Duration: 1, BilledDuration: 1}}
	second, more := rounds.Next(in, run.State{Journal: j, Round: first}, some)
	require.True(t, more, "what is missing of a round that brought something is asked for again")
	require.Equal(t, []tuning.Measurement{at(tuning.X86, 512, 10), at(tuning.X86, 128, 9)}, second.Measurements)
}

func TestFailuresAreNeitherRepeatedNorConfirmed(t *testing.T) {
	in, j := simulation.TwoTargets()
	in.PowerValues = []int{128, 256, 1024}
	w := simulation.World{
		Random: rand.New(rand.NewPCG(1, 1)), Mean: simulation.CPUBound(100),
		Failures: []tuning.Failure{
			{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, Reason: "out of memory", OutOfMemory: true},
			{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 1024}, Reason: "timed out"},
		},
	}
	f := w.Run(t, in, j)
	require.Len(t, f.Rounds, 2)
	for _, m := range f.Rounds[1].Measurements {
		_, hopeless := explore.RuledOut(m.Configuration, f.Failures)
		require.False(t, hopeless, "%v", m)
	}
	require.Len(t, f.Rounds[1].Measurements, 2, "the winner and the other architecture's best; today's ran out of memory")
}

func TestWarmSamplesCountForTwoTargetsAndForConfirming(t *testing.T) {
	two, _ := simulation.TwoTargets()
	one, _ := simulation.OneTarget()
	exploring, confirming := run.Round{Phase: run.PhaseExplore}, run.Round{Phase: run.PhaseConfirm}
	require.True(t, run.CountsWarmOnly(two, exploring))
	require.True(t, run.CountsWarmOnly(two, confirming))
	require.False(t, run.CountsWarmOnly(one, exploring), "the arithmetic of AWS Lambda Power Tuning")
	require.True(t, run.CountsWarmOnly(one, confirming))
	two.OnlyColdStarts = true
	require.False(t, run.CountsWarmOnly(two, exploring))
}
