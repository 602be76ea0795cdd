package explore

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// truly is by how much a configuration misses the best by the strategy's own measure, as a share.
func truly(a Adaptive, typical func(Configuration) float64, c Configuration) float64 {
	means := map[Configuration]Means{}
	var all []Means
	for architecture, sizes := range a.Sizes {
		for _, size := range sizes {
			d := Configuration{architecture, size}
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
		typical func(Configuration) float64
		noise   float64
		worst   float64 // regret of any run
	}{
		"one thread": {oneThread(215, 200), 0.03, 0.03},
		"a step below 1 GB": {func(c Configuration) float64 {
			if ms := oneThread(215, 200)(c); c.MemorySize >= 1024 {
				return ms
			} else {
				return 2 * ms
			}
		}, 0.03, 0.03},
		"architectures that cross at 1 GB": {func(c Configuration) float64 {
			tilt := 0.3 * math.Log2(float64(c.MemorySize)/1024) / 3
			if c.Architecture == X86 {
				tilt = -tilt
			}
			return 300 * 1024 / float64(c.MemorySize) * (1 + tilt)
		}, 0.03, 0.03},
		"x86_64 much faster": {oneThread(140, 200), 0.03, 0.03},
		"4 ms":               {func(Configuration) float64 { return 4 }, 0.15, 0.02},
		"all four threads":   {func(c Configuration) float64 { return 400 * processor / float64(c.MemorySize) }, 0.03, 0.04},
	} {
		t.Run(name, func(t *testing.T) {
			var rounds []int
			for seed := range uint64(10) {
				a := twoTargets(Cost)
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
	a := twoTargets(Cost)
	good := 0
	for seed := range uint64(20) {
		w := &world{random: rand.New(rand.NewPCG(seed, 6)), noise: 0.03, init: 100}
		w.typical = func(c Configuration) float64 {
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
		a := twoTargets([]Strategy{Cost, Speed, Balanced}[seed%3])
		w := &world{random: rand.New(rand.NewPCG(seed, 8)), typical: oneThread(190+5*float64(seed), 200), noise: 0.05, init: 100}
		e := w.explore(a)
		if e.verdict.Spent {
			continue
		}
		s := a.situation(e.samples, e.failures)
		require.Empty(t, s.checks())
		for i, c := range s.configurations {
			incumbent := s.configurations[s.incumbent]
			if c.MemorySize == incumbent.MemorySize && !s.measured(i) {
				require.False(t, s.couldWin(i), "%v beside %v", c, incumbent)
			}
		}
	}
}

// Where nothing is better by 1 %, what runs today stays.
func TestAdaptiveKeepsTodaysAmongEquals(t *testing.T) {
	a := twoTargets(Speed)
	a.Today = Configuration{X86, 1024}
	flat := func(Configuration) float64 { return 100 }
	kept := 0
	for seed := range uint64(30) {
		w := &world{random: rand.New(rand.NewPCG(seed, 9)), typical: flat, noise: 0.01, init: 100}
		if w.explore(a).verdict.Ranking[0] == a.Today {
			kept++
		}
	}
	require.GreaterOrEqual(t, kept, 28, "noise of 1 % makes one of sixteen look better now and then")
	better := func(c Configuration) float64 {
		if c.Architecture == Arm {
			return 90
		}
		return 100
	}
	w := &world{random: rand.New(rand.NewPCG(1, 9)), typical: better, noise: 0.01, init: 100}
	require.Equal(t, Arm, w.explore(a).verdict.Ranking[0].Architecture)
}

// What the budget leaves open is said: which configurations, and by how much.
func TestAdaptiveSaysWhatIsOpen(t *testing.T) {
	a := twoTargets(Speed)
	a.Budget.Invocations = 24
	w := &world{random: rand.New(rand.NewPCG(3, 3)), typical: func(Configuration) float64 { return 100 }, noise: 0.5, init: 100}
	e := w.explore(a)
	require.True(t, e.verdict.Spent)
	require.LessOrEqual(t, w.taken.Invocations, 24)
	require.NotEmpty(t, e.verdict.Open)
	require.Greater(t, e.verdict.Missed, near)
	require.Less(t, e.verdict.Missed, 1.0, "nothing is cheaper or faster by more than all of it")
	require.Less(t, e.verdict.WithinOne, 0.5)
	require.NotContains(t, e.verdict.Open, e.verdict.Ranking[0])
}

// Cold starts are set apart, unless there is nothing else.
func TestAdaptiveSetsColdStartsApart(t *testing.T) {
	warm := Sample{Configuration: Configuration{Arm, 512}, Duration: 100, BilledDuration: 100}
	cold := Sample{Configuration: Configuration{Arm, 512}, Duration: 300, InitDuration: 500, BilledDuration: 800, Cold: true}
	confirming := Sample{Configuration: Configuration{Arm, 512}, Duration: 1, BilledDuration: 1, Confirming: true}
	seen := observe([]Sample{cold, warm, warm, confirming}, 0.2)
	require.Len(t, seen, 1)
	require.InDelta(t, math.Log(100), seen[0].location, 1e-9)
	require.Equal(t, []float64{100, 100}, seen[0].durations)
	seen = observe([]Sample{cold}, 0.2)
	require.InDelta(t, math.Log(800), seen[0].location, 1e-9)
}

func TestOpenings(t *testing.T) {
	at := func(a Architecture, size int) Measurement { return Measurement{Configuration{a, size}, first} }
	cost, speed := twoTargets(Cost), twoTargets(Speed)
	require.Equal(t, []Measurement{at(Arm, 512), at(Arm, 128), at(Arm, 3008), at(X86, 256)}, cost.Next(nil, nil))
	require.Equal(t, []Measurement{at(Arm, 512), at(Arm, 3008), at(X86, 3008)}, speed.Next(nil, nil), "today's is one of them")

	// What fails is replaced where its architecture has nothing else.
	samples := []Sample{}
	for _, c := range []Configuration{{Arm, 512}, {Arm, 3008}, {X86, 256}} {
		samples = append(samples, Sample{Configuration: c, Duration: 100, BilledDuration: 100}, Sample{Configuration: c, Duration: 100, BilledDuration: 100})
	}
	require.NotContains(t, cost.Next(samples, []Failure{{Configuration: Configuration{Arm, 128}}}), at(Arm, 256))
	require.Equal(t, []Measurement{at(Arm, 128), at(X86, 512)}, cost.Next(samples[:4], []Failure{{Configuration: Configuration{X86, 256}}}))
	require.Equal(t, []Measurement{at(X86, 1024)}, cost.Next(samples[2:4], []Failure{{Configuration: Configuration{Arm, 512}, OutOfMemory: true}}),
		"smaller ones run out of memory too, and on x86_64")

	x86 := twoTargets(Cost)
	x86.Today = Configuration{X86, 512}
	require.Equal(t, []Measurement{at(X86, 512), at(Arm, 128), at(Arm, 3008)}, x86.Next(nil, nil), "today's is near enough to 256 MB")

	cost.Cycle = 5
	require.Equal(t, 5, cost.Next(nil, nil)[0].Samples, "every payload as often as its weight says")
	one := twoTargets(Cost)
	one.Architectures, one.Today = []Architecture{X86}, Configuration{X86, 700}
	one.Prices = pricesFor(one.Sizes, one.Today)
	require.Equal(t, []Measurement{at(X86, 700), at(X86, 128), at(X86, 3008), at(X86, 256)}, one.Next(nil, nil), "today's is off the grid")
}

func TestBudgetsCutRoundsDown(t *testing.T) {
	a := twoTargets(Cost)
	a.Budget = Budget{Spending: Spending{Invocations: 11}}
	require.Equal(t, []Measurement{{Configuration{Arm, 512}, 2}, {Configuration{Arm, 128}, 2}, {Configuration{Arm, 3008}, 1}}, a.Next(nil, nil))
	a.Budget.Unsampled.Invocations = 8
	require.Equal(t, []Measurement{{Configuration{Arm, 512}, 1}}, a.Next(nil, nil))

	a.Budget = Budget{Longest: map[Architecture]float64{X86: 1000, Arm: 1000}}
	least := a.WorstOpeningCost()
	a.Budget.Cost = least
	require.Len(t, a.Next(nil, nil), 4)
	a.Budget.Unsampled.Cost = least
	require.Empty(t, a.Next(nil, nil))
	a.Budget.Cost = 2 * least
	require.Len(t, a.Next(nil, nil), 4)
	a.Budget.Unsampled.Cost, a.Budget.Cost = 0, least*0.99
	require.Less(t, a.Next(nil, nil)[3].Samples, first)
}

// Where today's configuration is off the grid and near every anchor that works, one that may win is measured.
func TestAdaptiveMeasuresWhatMayWinBesideToday(t *testing.T) {
	for name, test := range map[string]struct {
		strategy Strategy
		today    Configuration
		one      bool
	}{
		"the other architecture fails, cost":     {Cost, Configuration{X86, 384}, false},
		"the other architecture fails, speed":    {Speed, Configuration{X86, 2688}, false},
		"the other architecture fails, balanced": {Balanced, Configuration{X86, 640}, false},
		"one function, balanced":                 {Balanced, Configuration{X86, 1024}, true},
	} {
		t.Run(name, func(t *testing.T) {
			a := twoTargets(test.strategy)
			a.Today = test.today
			if a.Architectures = []Architecture{X86, Arm}; test.one {
				a.Architectures, a.Sizes = []Architecture{X86}, map[Architecture][]int{X86: {128, 256, 512, 2048}}
			}
			a.Prices = pricesFor(a.Sizes, a.Today)
			w := &world{random: rand.New(rand.NewPCG(1, 1)), typical: oneThread(215, 200), noise: 0.03, init: 100}
			w.fails = func(c Configuration) (Failure, bool) { return Failure{Configuration: c}, c.Architecture == Arm }
			ranking := w.explore(a).verdict.Ranking
			require.NotEmpty(t, ranking)
			require.Equal(t, X86, ranking[0].Architecture)
			require.NotEqual(t, test.today, ranking[0], "it was not asked for")
		})
	}
}

// Where prices are overridden by 0 nothing is cheaper than anything else, and every figure is a number.
func TestAdaptiveWithoutPrices(t *testing.T) {
	for _, strategy := range []Strategy{Cost, Balanced, Speed} {
		a := twoTargets(strategy)
		a.Objective.Weight = 1
		for c := range a.Prices {
			a.Prices[c] = Price{}
		}
		w := &world{random: rand.New(rand.NewPCG(1, 1)), typical: oneThread(215, 200), noise: 0.03, init: 100}
		v := w.explore(a).verdict
		require.NotEmpty(t, v.Ranking)
		require.False(t, math.IsNaN(v.Missed) || math.IsInf(v.Missed, 0))
		if strategy != Speed {
			require.Equal(t, a.Today, v.Ranking[0])
			require.Equal(t, 1.0, v.WithinOne)
			require.Zero(t, v.Missed)
			require.Empty(t, v.Open)
		}
	}
}

// An architecture on which nothing works is given up after its largest size, however many sizes there are.
func TestAdaptiveGivesUpABrokenArchitecture(t *testing.T) {
	for _, broken := range []Architecture{Arm, X86} {
		a, _ := everySize()
		a.Architectures = []Architecture{X86, Arm}
		a.Today = Configuration{X86, 512}
		if broken == X86 {
			a.Today, a.Architectures = Configuration{Arm, 512}, []Architecture{Arm, X86}
		}
		w := &world{random: rand.New(rand.NewPCG(1, 1)), typical: oneThread(215, 200), noise: 0.03, init: 100}
		w.fails = func(c Configuration) (Failure, bool) { return Failure{Configuration: c}, c.Architecture == broken }
		e := w.explore(a)
		require.LessOrEqual(t, len(e.failures), 4)
		require.LessOrEqual(t, len(e.rounds), 8)
		require.NotEmpty(t, e.verdict.Ranking)
		require.Contains(t, e.failures, Failure{Configuration: Configuration{broken, 3008}})
	}
}
