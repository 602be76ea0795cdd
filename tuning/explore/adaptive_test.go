package explore

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore/internal/belief"
	"github.com/dualarch/dualarch/tuning/explore/terms"
)

// truly is by how much a configuration misses the best by the strategy's own measure, as a share.
func truly(a Adaptive, typical func(tuning.Configuration) float64, c tuning.Configuration) float64 {
	means := map[tuning.Configuration]Means{}
	var all []Means
	for architecture, sizes := range a.Sizes {
		for _, size := range sizes {
			d := tuning.Configuration{Architecture: architecture, MemorySize: size}
			m := Means{Duration: typical(d), Cost: a.Prices[d].Invocation + a.Prices[d].Millisecond*(typical(d)+0.5)}
			means[d], all = m, append(all, m)
		}
	}
	best := math.Inf(1)
	for _, m := range all {
		best = min(best, a.Objective.Value(m, Largest(all)))
	}
	return a.Objective.Value(means[c], Largest(all))/best - 1
}

// Functions that a model of CPU share and waiting does not expect, each explored with several seeds.
func TestAdaptiveIsNotMisled(t *testing.T) {
	for name, test := range map[string]struct {
		typical func(tuning.Configuration) float64
		noise   float64
		worst   float64 // regret of any run
	}{
		"one thread": {oneThread(215, 200), 0.03, 0.03},
		"a step below 1 GB": {func(c tuning.Configuration) float64 {
			if ms := oneThread(215, 200)(c); c.MemorySize >= 1024 {
				return ms
			} else {
				return 2 * ms
			}
		}, 0.03, 0.03},
		"architectures that cross at 1 GB": {func(c tuning.Configuration) float64 {
			tilt := 0.3 * math.Log2(float64(c.MemorySize)/1024) / 3
			if c.Architecture == tuning.X86 {
				tilt = -tilt
			}
			return 300 * 1024 / float64(c.MemorySize) * (1 + tilt)
		}, 0.03, 0.03},
		"x86_64 much faster": {oneThread(140, 200), 0.03, 0.03},
		"4 ms":               {func(tuning.Configuration) float64 { return 4 }, 0.15, 0.02},
		"all four threads":   {func(c tuning.Configuration) float64 { return 400 * belief.VCPUMemory / float64(c.MemorySize) }, 0.03, 0.04},
	} {
		t.Run(name, func(t *testing.T) {
			var rounds []int
			for seed := range uint64(10) {
				a := twoTargets(tuning.Cost)
				w := &world{random: rand.New(rand.NewPCG(seed, 5)), typical: test.typical, noise: test.noise, init: 100}
				e := w.explore(a)
				require.LessOrEqual(t, truly(a, test.typical, e.verdict.Ranking[0]), test.worst, "seed %d: %v", seed, e.verdict.Ranking)
				rounds = append(rounds, len(e.rounds))
			}
			slices.Sort(rounds)
			require.LessOrEqual(t, rounds[len(rounds)/2], 5)
		})
	}
}

// One slow call among few does not condemn a configuration.
func TestAdaptiveSeesThroughOutliers(t *testing.T) {
	a := twoTargets(tuning.Cost)
	good := 0
	for seed := range uint64(20) {
		w := &world{random: rand.New(rand.NewPCG(seed, 6)), noise: 0.03, init: 100}
		w.typical = func(c tuning.Configuration) float64 {
			ms := oneThread(215, 200)(c)
			if w.random.Float64() < 0.1 {
				ms *= 3
			}
			return ms
		}
		if truly(a, oneThread(215, 200), w.explore(a).verdict.Ranking[0]) < 0.03 {
			good++
		}
	}
	require.GreaterOrEqual(t, good, 19)
}

// When exploring ends by itself, the winner's surroundings have been looked at, or cannot win.
func TestAdaptiveChecksTheWinnersSurroundings(t *testing.T) {
	for seed := range uint64(20) {
		a := twoTargets([]tuning.Strategy{tuning.Cost, tuning.Speed, tuning.Balanced}[seed%3])
		w := &world{random: rand.New(rand.NewPCG(seed, 8)), typical: oneThread(190+5*float64(seed), 200), noise: 0.05, init: 100}
		e := w.explore(a)
		if e.verdict.Spent {
			continue
		}
		s := a.situation(e.samples, e.failures)
		require.Empty(t, s.checks())
		for i, c := range s.Configurations {
			incumbent := s.Configurations[s.incumbent]
			if c.MemorySize == incumbent.MemorySize && !s.Measured(i) {
				require.False(t, s.couldWin(i), "%v beside %v", c, incumbent)
			}
		}
	}
}

// If nothing is better by 1 %, what runs today stays.
func TestAdaptiveKeepsTodaysAmongEquals(t *testing.T) {
	a := twoTargets(tuning.Speed)
	a.Today = tuning.Configuration{Architecture: tuning.X86, MemorySize: 1024}
	flat := func(tuning.Configuration) float64 { return 100 }
	kept := 0
	for seed := range uint64(30) {
		w := &world{random: rand.New(rand.NewPCG(seed, 9)), typical: flat, noise: 0.01, init: 100}
		if w.explore(a).verdict.Ranking[0] == a.Today {
			kept++
		}
	}
	require.GreaterOrEqual(t, kept, 28, "noise of 1 % makes one of sixteen look better now and then")
	better := func(c tuning.Configuration) float64 {
		if c.Architecture == tuning.Arm {
			return 90
		}
		return 100
	}
	w := &world{random: rand.New(rand.NewPCG(1, 9)), typical: better, noise: 0.01, init: 100}
	require.Equal(t, tuning.Arm, w.explore(a).verdict.Ranking[0].Architecture)
}

// What the budget leaves open is said: which configurations, and by how much.
func TestAdaptiveSaysWhatIsOpen(t *testing.T) {
	a := twoTargets(tuning.Speed)
	a.Budget.Invocations = 24
	w := &world{random: rand.New(rand.NewPCG(3, 3)), typical: func(tuning.Configuration) float64 { return 100 }, noise: 0.5, init: 100}
	e := w.explore(a)
	require.True(t, e.verdict.Spent)
	require.LessOrEqual(t, w.taken.Invocations, 24)
	require.NotEmpty(t, e.verdict.Open)
	require.Greater(t, e.verdict.Missed, asGoodAs)
	require.Less(t, e.verdict.Missed, 1.0, "nothing is cheaper or faster by more than all of it")
	require.Less(t, e.verdict.WithinOne, 0.5)
	require.NotContains(t, e.verdict.Open, e.verdict.Ranking[0])
}

func TestOpenings(t *testing.T) {
	at := func(a tuning.Architecture, size int) tuning.Measurement {
		return tuning.Measurement{Configuration: tuning.Configuration{Architecture: a, MemorySize: size}, Samples: minSamples}
	}
	first := func(a tuning.Architecture, size int) tuning.Measurement {
		m := at(a, size)
		m.Samples = terms.OpeningSamples // they tell of noise
		return m
	}
	cost, speed := twoTargets(tuning.Cost), twoTargets(tuning.Speed)
	require.Equal(t, []tuning.Measurement{first(tuning.Arm, 512), at(tuning.Arm, 128), at(tuning.Arm, 3008), at(tuning.X86, 256)}, cost.Next(nil, nil))
	require.Equal(t, []tuning.Measurement{first(tuning.Arm, 512), at(tuning.Arm, 3008), at(tuning.X86, 3008)}, speed.Next(nil, nil), "today's is one of them")

	large := twoTargets(tuning.Speed)
	large.Sizes = map[tuning.Architecture][]int{tuning.X86: append(slices.Clone(defaultGrid), 10_240), tuning.Arm: append(slices.Clone(defaultGrid), 5307)}
	large.Prices = pricesFor(large.Sizes, large.Today)
	require.Equal(t, []tuning.Measurement{first(tuning.Arm, 512), at(tuning.Arm, 5307), at(tuning.X86, 10_240)}, large.Next(nil, nil), "the fastest may be the largest")

	// What fails is replaced where its architecture has nothing else.
	samples := []tuning.Sample{}
	for _, c := range []tuning.Configuration{{Architecture: tuning.Arm, MemorySize: 512}, {Architecture: tuning.Arm, MemorySize: 3008}, {Architecture: tuning.X86, MemorySize: 256}} {
		samples = append(samples, tuning.Sample{Configuration: c, Duration: 100, BilledDuration: 100}, tuning.Sample{Configuration: c, Duration: 100, BilledDuration: 100})
	}
	require.Empty(t, cost.opening(samples, []tuning.Failure{{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 128}}}))
	require.Equal(t, []tuning.Measurement{at(tuning.Arm, 128), at(tuning.X86, 512)}, cost.Next(samples[:4], []tuning.Failure{{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 256}}}))
	require.Equal(t, []tuning.Measurement{at(tuning.X86, 1024)}, cost.Next(samples[2:4], []tuning.Failure{{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, OutOfMemory: true}}),
		"smaller ones run out of memory too, and on x86_64")

	x86 := twoTargets(tuning.Cost)
	x86.Today = tuning.Configuration{Architecture: tuning.X86, MemorySize: 512}
	require.Equal(t, []tuning.Measurement{first(tuning.X86, 512), at(tuning.Arm, 128), at(tuning.Arm, 3008)}, x86.Next(nil, nil), "today's is near enough to 256 MB")

	cost.Cycle = 5
	require.Equal(t, 5, cost.Next(nil, nil)[0].Samples, "every payload as often as its weight says")
	one := twoTargets(tuning.Cost)
	one.Architectures, one.Today = []tuning.Architecture{tuning.X86}, tuning.Configuration{Architecture: tuning.X86, MemorySize: 700}
	one.Prices = pricesFor(one.Sizes, one.Today)
	require.Equal(t, []tuning.Measurement{first(tuning.X86, 700), at(tuning.X86, 128), at(tuning.X86, 3008), at(tuning.X86, 256)}, one.Next(nil, nil), "today's is off the grid")
}

func TestBudgetsCutRoundsDown(t *testing.T) {
	a := twoTargets(tuning.Cost)
	a.Budget = Budget{Spending: Spending{Invocations: 9}}
	require.Equal(t, []tuning.Measurement{{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, Samples: 2}, {Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 128}, Samples: 1}, {Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 3008}, Samples: 1}}, a.Next(nil, nil))
	a.Budget.Unsampled.Invocations = 6
	require.Equal(t, []tuning.Measurement{{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, Samples: 1}}, a.Next(nil, nil))

	a.Budget = Budget{Longest: map[tuning.Architecture]float64{tuning.X86: 1000, tuning.Arm: 1000}}
	least := a.WorstOpeningCost()
	a.Budget.Cost = least
	require.Len(t, a.Next(nil, nil), 4)
	a.Budget.Unsampled.Cost = least
	require.Empty(t, a.Next(nil, nil))
	a.Budget.Cost = 2 * least
	require.Len(t, a.Next(nil, nil), 4)
	a.Budget.Unsampled.Cost, a.Budget.Cost = 0, least*0.99
	require.Len(t, a.Next(nil, nil), 3)
}

// If today's configuration is off the grid and near every anchor that works, one that may win is measured.
func TestAdaptiveMeasuresWhatMayWinBesideToday(t *testing.T) {
	for name, test := range map[string]struct {
		strategy tuning.Strategy
		today    tuning.Configuration
		one      bool
	}{
		"the other architecture fails, cost":     {tuning.Cost, tuning.Configuration{Architecture: tuning.X86, MemorySize: 384}, false},
		"the other architecture fails, speed":    {tuning.Speed, tuning.Configuration{Architecture: tuning.X86, MemorySize: 2688}, false},
		"the other architecture fails, balanced": {tuning.Balanced, tuning.Configuration{Architecture: tuning.X86, MemorySize: 640}, false},
		"one function, balanced":                 {tuning.Balanced, tuning.Configuration{Architecture: tuning.X86, MemorySize: 1024}, true},
	} {
		t.Run(name, func(t *testing.T) {
			a := twoTargets(test.strategy)
			a.Today = test.today
			if a.Architectures = []tuning.Architecture{tuning.X86, tuning.Arm}; test.one {
				a.Architectures, a.Sizes = []tuning.Architecture{tuning.X86}, map[tuning.Architecture][]int{tuning.X86: {128, 256, 512, 2048}}
			}
			a.Prices = pricesFor(a.Sizes, a.Today)
			w := &world{random: rand.New(rand.NewPCG(1, 1)), typical: oneThread(215, 200), noise: 0.03, init: 100}
			w.fails = func(c tuning.Configuration) (tuning.Failure, bool) {
				return tuning.Failure{Configuration: c}, c.Architecture == tuning.Arm
			}
			ranking := w.explore(a).verdict.Ranking
			require.NotEmpty(t, ranking)
			require.Equal(t, tuning.X86, ranking[0].Architecture)
			require.NotEqual(t, test.today, ranking[0], "it was not asked for")
		})
	}
}

// If prices are overridden by 0 nothing is cheaper than anything else, and every figure is a number.
func TestAdaptiveWithoutPrices(t *testing.T) {
	for _, strategy := range []tuning.Strategy{tuning.Cost, tuning.Balanced, tuning.Speed} {
		a := twoTargets(strategy)
		a.Objective.Weight = 1
		for c := range a.Prices {
			a.Prices[c] = Price{}
		}
		w := &world{random: rand.New(rand.NewPCG(1, 1)), typical: oneThread(215, 200), noise: 0.03, init: 100}
		v := w.explore(a).verdict
		require.NotEmpty(t, v.Ranking)
		require.False(t, math.IsNaN(v.Missed) || math.IsInf(v.Missed, 0))
		if strategy != tuning.Speed {
			require.Equal(t, a.Today, v.Ranking[0])
			require.Equal(t, 1.0, v.WithinOne)
			require.Zero(t, v.Missed)
			require.Empty(t, v.Open)
		}
	}
}

// An architecture on which nothing works is given up after its largest size, however many sizes there are.
func TestAdaptiveGivesUpABrokenArchitecture(t *testing.T) {
	for _, broken := range []tuning.Architecture{tuning.Arm, tuning.X86} {
		a, _ := everySize()
		a.Architectures = []tuning.Architecture{tuning.X86, tuning.Arm}
		a.Today = tuning.Configuration{Architecture: tuning.X86, MemorySize: 512}
		if broken == tuning.X86 {
			a.Today, a.Architectures = tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, []tuning.Architecture{tuning.Arm, tuning.X86}
		}
		w := &world{random: rand.New(rand.NewPCG(1, 1)), typical: oneThread(215, 200), noise: 0.03, init: 100}
		w.fails = func(c tuning.Configuration) (tuning.Failure, bool) {
			return tuning.Failure{Configuration: c}, c.Architecture == broken
		}
		e := w.explore(a)
		require.LessOrEqual(t, len(e.failures), 4)
		require.LessOrEqual(t, len(e.rounds), 8)
		require.NotEmpty(t, e.verdict.Ranking)
		require.Contains(t, e.failures, tuning.Failure{Configuration: tuning.Configuration{Architecture: broken, MemorySize: 3008}})
	}
}
