package explore

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore/internal/belief"
)

// randomWorld draws a function, its grid, its failures and its budget.
func randomWorld(seed uint64) (*world, Adaptive) {
	r := rand.New(rand.NewPCG(seed, 7))
	a := Adaptive{
		Architectures: []tuning.Architecture{tuning.Arm, tuning.X86}, Sizes: map[tuning.Architecture][]int{}, Seed: seed, Cycle: []int{0, 1, 1, 2, 5}[r.IntN(5)],
		Objective: Objective{Strategy: []tuning.Strategy{tuning.Cost, tuning.Speed, tuning.Balanced}[r.IntN(3)], Weight: r.Float64(), Trim: 0.4 * r.Float64()},
	}
	r.Shuffle(2, func(i, j int) { a.Architectures[i], a.Architectures[j] = a.Architectures[j], a.Architectures[i] })
	a.Architectures = a.Architectures[:1+r.IntN(2)]
	a.Budget.Longest = map[tuning.Architecture]float64{}
	for _, architecture := range a.Architectures {
		for range 1 + r.IntN(20) {
			a.Sizes[architecture] = append(a.Sizes[architecture], 128+r.IntN(10_240-127))
		}
		slices.Sort(a.Sizes[architecture])
		a.Sizes[architecture] = slices.Compact(a.Sizes[architecture])
		a.Budget.Longest[architecture] = 60_000
	}
	a.Today = tuning.Configuration{Architecture: a.Architectures[0], MemorySize: 128 + 64*r.IntN(100)}
	a.Prices = pricesFor(a.Sizes, a.Today)
	if r.IntN(2) == 0 {
		a.Budget.Invocations = WorstOpening(a.Cycle) + r.IntN(100)
	}
	if r.IntN(2) == 0 {
		a.Budget.Cost = a.WorstOpeningCost() * (1 + 3*r.Float64())
	}
	s := belief.Shapes[r.IntN(len(belief.Shapes))]
	scale, knee := math.Exp(8*r.Float64()), 128+r.IntN(4000)
	w := &world{random: r, noise: r.Float64() * r.Float64(), init: 1000 * r.Float64(), coldShare: []float64{0, 0, 0.3, 1}[r.IntN(4)]}
	w.typical = func(c tuning.Configuration) float64 {
		ms := scale * math.Exp(s.LogDuration(c))
		if c.MemorySize < knee {
			ms *= 2
		}
		return min(ms, 50_000)
	}
	memory, slow, broken := r.IntN(2000), r.IntN(2000), r.IntN(30)
	w.fails = func(c tuning.Configuration) (tuning.Failure, bool) {
		f := tuning.Failure{Configuration: c, OutOfMemory: c.MemorySize < memory, TimedOut: c.MemorySize < slow}
		return f, f.OutOfMemory || f.TimedOut || (c.MemorySize+len(c.Architecture))%30 == broken || broken == 0
	}
	return w, a
}

// Whatever the function, the sizes and the budgets: exploring ends, stays within its budgets, never asks
// for what has failed, and recommends only what it has measured.
func TestAdaptiveProperty(t *testing.T) {
	winners, spent, certain := 0, 0, 0
	for seed := range uint64(120) {
		w, a := randomWorld(seed)
		e := w.explore(a)
		require.Less(t, len(e.rounds), 200, "seed %d does not end", seed)
		if a.Budget.Invocations > 0 {
			require.LessOrEqual(t, w.taken.Invocations, a.Budget.Invocations, "seed %d", seed)
		}
		if a.Budget.Cost > 0 {
			require.LessOrEqual(t, w.taken.Cost, a.Budget.Cost, "seed %d", seed)
		}
		for _, round := range e.rounds {
			require.LessOrEqual(t, len(round), LargestRound)
			seen := map[tuning.Configuration]bool{}
			for _, m := range round {
				require.False(t, seen[m.Configuration], "asked for twice in one round")
				seen[m.Configuration] = true
				require.Positive(t, m.Samples)
				require.Zero(t, m.Samples%max(1, a.Cycle))
				require.True(t, m.Configuration == a.Today || slices.Contains(a.Sizes[m.Architecture], m.MemorySize))
			}
		}
		measured := map[tuning.Configuration]bool{}
		for _, s := range e.samples {
			measured[s.Configuration] = true
		}
		_, todayFailed := w.fails(a.Today)
		require.True(t, measured[a.Today] || todayFailed, "seed %d: today's is always measured", seed)
		for at, c := range e.verdict.Ranking {
			require.True(t, measured[c], "seed %d recommends %v, which was not measured", seed, c)
			require.Contains(t, a.Sizes[c.Architecture], c.MemorySize)
			_, failed := RuledOut(c, e.failures)
			require.False(t, failed, "seed %d recommends %v, which failed", seed, c)
			require.NotContains(t, e.verdict.Ranking[:at], c)
		}
		for _, estimate := range e.verdict.Curve {
			require.Equal(t, measured[estimate.Configuration], estimate.Measured)
			require.True(t, estimate.Cost.Low <= estimate.Cost.Mean && estimate.Cost.Mean <= estimate.Cost.High)
			require.Positive(t, estimate.Duration.Low)
			require.False(t, math.IsNaN(estimate.Cost.High) || math.IsInf(estimate.Duration.High, 0))
		}
		random := rand.New(rand.NewPCG(seed, 1))
		shuffled := slices.Clone(e.samples)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		a.Budget.Unsampled = w.unsampled
		require.Equal(t, e.verdict, a.Verdict(shuffled, e.failures), "seed %d: the order of the samples is of no account", seed)
		require.Empty(t, a.Next(shuffled, e.failures))
		if len(e.verdict.Ranking) > 0 {
			winners++
			if e.verdict.Spent {
				spent++
			}
			if e.verdict.WithinOne > 0.9 {
				certain++
			}
		}
	}
	t.Logf("%d winners, %d certain ones, %d where the budget ended it", winners, certain, spent)
	require.Greater(t, winners, 90)
	require.Greater(t, spent, 5)
	require.Greater(t, certain, 15)
}
