package explore

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// What is known of an architecture that was given up early is not its best. The best is the size that the curve expects
// to be best, and exploring does not end before it is measured, unless it has no chance.
func TestTheOtherArchitecturesBestIsMeasuredUnlessItHasNoChance(t *testing.T) {
	measured, hopeless := 0, 0
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 4))
		exponent, lead := 0.1+0.9*r.Float64(), 0.7+0.8*r.Float64()
		w := world{random: r, noise: 0.03, init: 100, typical: func(c tuning.Configuration) float64 {
			ms := 50 + 200*math.Pow(512/float64(c.MemorySize), exponent)
			if c.Architecture == tuning.Arm {
				ms *= lead
			}
			return ms
		}}
		v := w.explore(twoTargets(tuning.Cost)).verdict
		least, named := math.Inf(1), 0.0
		for _, e := range v.Curve {
			if e.Architecture != v.Ranking[0].Architecture {
				least = min(least, e.Cost.Mean)
			}
			if e.Configuration == v.OtherBest {
				named = e.Cost.Mean
			}
		}
		require.InEpsilon(t, least, named, asGoodAs, "seed %d", seed)
		switch {
		case slices.Contains(v.Ranking, v.OtherBest):
			measured++
		default:
			require.True(t, v.OtherHopeless, "seed %d", seed)
			hopeless++
		}
	}
	require.GreaterOrEqual(t, measured, 5)
	require.GreaterOrEqual(t, hopeless, 5)
}

// An architecture that is not there has no best.
func TestOneArchitectureHasNoOther(t *testing.T) {
	a := twoTargets(tuning.Cost)
	a.Architectures = []tuning.Architecture{tuning.Arm}
	w := world{random: rand.New(rand.NewPCG(1, 1)), typical: oneThread(100, 100), noise: 0.02, init: 100}
	require.Zero(t, w.explore(a).verdict.OtherBest)
}
