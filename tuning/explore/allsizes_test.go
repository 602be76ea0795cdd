package explore

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore/internal/belief"
)

// Of 46 sizes each is much like the next: rounds do not walk from neighbour to neighbour.
func TestAdaptiveOnAllSizes(t *testing.T) {
	for name, typical := range map[string]func(tuning.Configuration) float64{
		"one thread":       oneThread(200, 200),
		"waiting":          func(tuning.Configuration) float64 { return 100 },
		"work and waiting": func(c tuning.Configuration) float64 { return 50 + oneThread(210, 200)(c) },
		"all threads":      func(c tuning.Configuration) float64 { return 400 * belief.VCPUMemory / float64(c.MemorySize) },
	} {
		for _, strategy := range []tuning.Strategy{tuning.Cost, tuning.Balanced, tuning.Speed} {
			t.Run(fmt.Sprint(name, " ", strategy), func(t *testing.T) {
				var rounds []int
				missed := 0.0
				for seed := range uint64(10) {
					a := twoTargets(strategy)
					a.Sizes = map[tuning.Architecture][]int{tuning.X86: allSizes, tuning.Arm: allSizes}
					a.Prices = pricesFor(a.Sizes, a.Today)
					w := &world{random: rand.New(rand.NewPCG(seed, 5)), typical: typical, noise: 0.03, init: 100}
					e := w.explore(a)
					rounds = append(rounds, len(e.rounds))
					missed += truly(a, typical, e.verdict.Ranking[0]) / 10
				}
				slices.Sort(rounds)
				t.Logf("rounds %v, mean regret %.4f", rounds, missed)
				require.LessOrEqual(t, rounds[len(rounds)/2], 10)
				require.Less(t, missed, 0.012)
			})
		}
	}
}

// What is checked beside the incumbent is far enough from it to tell of a step, if there is anything so far.
func TestNeighboursAreApart(t *testing.T) {
	for _, test := range []struct {
		grid       []int
		size       int
		neighbours []int
	}{
		{allSizes, 1024, []int{832, 1216}},
		{allSizes, 128, []int{192}},
		{allSizes, 2944, []int{2560, 3008}},
		{defaultGrid, 1769, []int{1536, 2048}},
		{defaultGrid, 3008, []int{2048}},
		{[]int{1000, 1001, 1002, 1003}, 1001, []int{1000, 1003}},
	} {
		a := twoTargets(tuning.Cost)
		a.Sizes = map[tuning.Architecture][]int{tuning.X86: test.grid, tuning.Arm: test.grid}
		a.Prices = pricesFor(a.Sizes, a.Today)
		w := &world{random: rand.New(rand.NewPCG(1, 5)), typical: oneThread(200, 200), noise: 0.03, init: 100}
		samples, _ := w.measure(a, []tuning.Measurement{{Configuration: a.Today, Samples: 2}, {Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: test.size}, Samples: 1}}, nil)
		s := a.situation(samples, nil)
		var found []int
		for _, c := range s.Configurations {
			if s.neighbour(c, tuning.Configuration{Architecture: tuning.Arm, MemorySize: test.size}) && c != a.Today {
				require.Equal(t, tuning.Arm, c.Architecture)
				found = append(found, c.MemorySize)
			}
		}
		require.Equal(t, test.neighbours, found, "of %d MB", test.size)
	}
}

// If prices are 0, gains are weighed as they are.
func TestAdaptiveOnAllSizesWithoutPrices(t *testing.T) {
	typical := func(c tuning.Configuration) float64 { return 400 * belief.VCPUMemory / float64(c.MemorySize) }
	a := twoTargets(tuning.Speed)
	a.Sizes = map[tuning.Architecture][]int{tuning.X86: allSizes, tuning.Arm: allSizes}
	a.Prices = map[tuning.Configuration]Price{}
	w := &world{random: rand.New(rand.NewPCG(1, 5)), typical: typical, noise: 0.1, init: 100}
	e := w.explore(a)
	s := a.situation(e.samples, e.failures)
	require.Empty(t, s.next(), "it ends where it has seen enough: %d sizes seen", s.Measurements())
	require.Zero(t, s.everything())
}
