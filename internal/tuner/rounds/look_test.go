package rounds_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/confirm"
	"github.com/dualarch/dualarch/internal/tuner/decide"
	"github.com/dualarch/dualarch/internal/tuner/rounds"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/test/simulation"
	"github.com/dualarch/dualarch/tuning"
)

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
			in, j, w := simulation.Architectures(test.differ)
			f := w.Run(t, in, j)
			var each []int
			sandboxes := 0
			for _, r := range f.Rounds {
				if r.Phase == run.PhaseConfirm {
					each, sandboxes = append(each, r.Sandboxes), sandboxes+r.Sandboxes
					require.Len(t, r.Measurements, 2)
				}
			}
			require.Equal(t, test.rounds, each)
			o, err := decide.Decide(in, run.State{Journal: j}, f.Samples)
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
	in, j, w := simulation.Architectures(0.1)
	f := w.Run(t, in, j)
	second := f.Rounds[2]
	require.Equal(t, run.PhaseConfirm, second.Phase)
	var first []tuning.Sample
	for _, s := range f.Samples {
		if !s.Confirming || run.RoundOf(s) < second.Number {
			first = append(first, s)
		}
	}
	again, more := rounds.Next(in, run.State{Journal: j, Round: f.Rounds[1]}, first)
	require.True(t, more)
	require.Equal(t, second, again)
	_, more = rounds.Next(in, run.State{Journal: j, Round: second}, first)
	require.False(t, more)
}

// Today's configuration has won, and fresh samples show the other architecture to be better. That is advised by the same
// certainty as anything else: while it is open, it is looked at again.
func TestTheReverseIsLookedAtUntilItIsSettled(t *testing.T) {
	again := 0
	for differ := 0.11; differ < 0.16; differ += 0.0025 {
		in, j, w := simulation.Architectures(differ)
		f := w.Run(t, in, j)
		var first []tuning.Sample
		for _, s := range f.Samples {
			if run.RoundOf(s) > f.Rounds[1].Number {
				continue
			}
			if !s.Confirming && s.Architecture == tuning.X86 { // exploring saw it on slow hosts
				s.Duration *= 2
				s.BilledDuration = math.Ceil(s.Duration)
			}
			first = append(first, s)
		}
		state := run.State{Journal: j, Round: f.Rounds[1]}
		o, err := decide.Decide(in, state, first)
		require.NoError(t, err)
		require.Equal(t, tuning.Arm, o.Architecture)
		next, more := rounds.Next(in, state, first)
		if o.Recommendation.Action == tuning.Change {
			require.Equal(t, more, o.Recommendation.Stopped != string(confirm.Confirmed), "%v: %s", differ, o.Recommendation.Text)
		}
		if more {
			again++
			require.Len(t, next.Measurements, 2)
		}
	}
	require.Positive(t, again)
}

// Whoever has more sandboxes than the others, from a comparison that was open for longer, waits for them.
func TestALookFillsUpWhoHasFewer(t *testing.T) {
	in, j := simulation.TwoTargets()
	j.Targets[0], j.Targets[1] = j.Targets[1], j.Targets[0]
	in.PowerValues = []int{1024}
	filled := 0
	for seed := range uint64(60) {
		w := simulation.World{Random: rand.New(rand.NewPCG(seed, 2)), Host: 0.03, Noise: 0.03, Mean: func(c tuning.Configuration) float64 {
			ms := 1e5 / math.Pow(float64(c.MemorySize), 1.15)
			if c.Architecture == tuning.Arm {
				ms *= 1.15
			}
			return ms
		}}
		f := w.Run(t, in, j)
		sandboxes := map[tuning.Configuration]map[int]bool{}
		for _, s := range f.Samples {
			if s.Confirming {
				if sandboxes[s.Configuration] == nil {
					sandboxes[s.Configuration] = map[int]bool{}
				}
				sandboxes[s.Configuration][s.Sandbox] = true
			}
		}
		for c, of := range sandboxes {
			require.LessOrEqual(t, len(of), 20, "seed %d: %v", seed, c)
		}
		for i, r := range f.Rounds {
			if r.Phase == run.PhaseConfirm && i > 1 && len(r.Measurements) == 1 {
				filled++
			}
		}
	}
	require.Positive(t, filled)
}
