package explore

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// Steps hand samples on in different orders, and sums of floating-point numbers depend on theirs: what is made
// of the samples must not, not even in the last bit.
func TestOrderOfSamplesIsOfNoAccount(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 3))
	for _, strategy := range []tuning.Strategy{tuning.Cost, tuning.Balanced, tuning.Speed} {
		a := twoTargets(strategy)
		var samples []tuning.Sample
		for _, m := range append(a.opening(nil, nil), tuning.Measurement{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 512}, Samples: 5}, tuning.Measurement{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 1024}, Samples: 5}) {
			for n := range m.Samples + 1 {
				s := tuning.Sample{Configuration: m.Configuration, Duration: math.Round(1e4*(1+random.Float64())) / 100, Cold: n == 0, Payload: n % 2}
				if s.Cold {
					s.InitDuration, s.BilledRestoreDuration = math.Round(1e5*random.Float64())/100, float64(random.IntN(500))
				}
				s.BilledDuration = math.Ceil(s.Duration + s.InitDuration)
				s.Cost = a.Prices[s.Configuration].Invocation + a.Prices[s.Configuration].Millisecond*s.BilledDuration
				samples = append(samples, s)
			}
		}
		for range 20 {
			shuffled := slices.Clone(samples)
			random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			require.Equal(t, a.situation(samples, nil), a.situation(shuffled, nil))
			require.Equal(t, a.Next(samples, nil), a.Next(shuffled, nil))
			require.Equal(t, a.Verdict(samples, nil), a.Verdict(shuffled, nil))
		}
	}
}
