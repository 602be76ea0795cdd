package explore

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// If all that may still win costs less than another round, it is measured at once; if calls are dear, little by little.
func TestWhatIsCheapIsMeasuredAtOnce(t *testing.T) {
	second := func(overhead Overhead, noise float64) (round []tuning.Measurement, rounds int) {
		a := twoTargets(tuning.Balanced)
		a.Overhead = overhead
		w := &world{random: rand.New(rand.NewPCG(1, 1)), typical: oneThread(22, 20), noise: noise, init: 100}
		e := w.explore(a)
		require.Greater(t, len(e.rounds), 1)
		return e.rounds[1], len(e.rounds)
	}
	alone, _ := second(Overhead{}, 0.05)
	require.LessOrEqual(t, len(alone), roundSize)
	together, rounds := second(Overhead{Round: 0.00014, Version: 0.000005}, 0.05)
	require.Greater(t, len(together), roundSize)
	require.LessOrEqual(t, rounds, 3)
	dear, _ := second(Overhead{Round: 0.00014, Version: 0.01}, 0.05)
	require.LessOrEqual(t, len(dear), roundSize)
}

// The winner of a noisy function is measured until its samples tell what it costs.
func TestTheIncumbentIsMeasuredToAStandardError(t *testing.T) {
	for seed := range uint64(10) {
		a := twoTargets(tuning.Cost)
		w := &world{random: rand.New(rand.NewPCG(seed, 2)), typical: oneThread(215, 200), noise: 0.5, init: 100}
		e := w.explore(a)
		if e.verdict.Spent {
			continue
		}
		s := a.situation(e.samples, e.failures)
		n := float64(s.Samples(s.incumbent))
		require.True(t, n >= maxSamples || s.Noise(s.incumbent)/n <= incumbentStdErr*incumbentStdErr, "seed %d: %g samples", seed, n)
	}
}

// A round is not begun that costs as much as measuring everything and promises little.
func TestDearRoundsHaveToPromiseMore(t *testing.T) {
	rounds := func(overhead Overhead) (sum int) {
		for seed := range uint64(10) {
			a := twoTargets(tuning.Speed)
			a.Overhead = overhead
			w := &world{random: rand.New(rand.NewPCG(seed, 3)), typical: func(tuning.Configuration) float64 { return 50 }, noise: 0.1, init: 100}
			sum += len(w.explore(a).rounds)
		}
		return sum
	}
	require.Less(t, rounds(Overhead{Round: 0.001}), rounds(Overhead{}))
}
