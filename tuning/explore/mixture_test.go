package explore

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// Payloads of which some compute and others wait: their mean, which is paid for, falls with memory in another way
// than each of them does.
func TestAdaptiveWeighsPayloads(t *testing.T) {
	for name, mix := range map[string]struct {
		quick      int     // calls that compute, of each that waits
		work, wait float64 // ms, at one vCPU
	}{
		"9 to 1": {9, 10, 1000}, "1 to 1": {1, 10, 1000}, "4 to 1": {4, 20, 400}, "4 to 1, alike": {4, 50, 200}, "1 to 1, mostly work": {1, 300, 30},
	} {
		for _, strategy := range []tuning.Strategy{tuning.Cost, tuning.Speed} {
			t.Run(fmt.Sprint(name, " ", strategy), func(t *testing.T) {
				quick := oneThread(mix.work, mix.work)
				value := func(a Adaptive, c tuning.Configuration) float64 {
					var durations []float64
					for range 100 {
						durations = append(durations, slices.Repeat([]float64{quick(c)}, mix.quick)...)
						durations = append(durations, mix.wait)
					}
					if strategy == tuning.Speed {
						return tuning.TrimmedMean(durations, a.Objective.Trim)
					}
					return a.Prices[c].Invocation + a.Prices[c].Millisecond*tuning.TrimmedMean(durations, 0)
				}
				sum, worst, invocations := 0.0, 0.0, 0.0
				for seed := range uint64(20) {
					a := twoTargets(strategy)
					a.Cycle = mix.quick + 1
					a.Budget.Invocations = 4 * WorstOpening(a.Cycle)
					w := &world{random: rand.New(rand.NewPCG(seed, 5)), noise: 0.05, init: 100}
					w.payloads = func(number int, c tuning.Configuration) (int, float64) {
						if number%a.Cycle == mix.quick {
							return 1, mix.wait
						}
						return 0, quick(c)
					}
					e := w.explore(a)
					best := math.Inf(1)
					for _, estimate := range e.verdict.Curve {
						truth := value(a, estimate.Configuration)
						best = min(best, truth)
						if estimate.Measured && strategy == tuning.Cost {
							require.InDelta(t, 0, math.Log(estimate.Cost.Mean/truth), 0.25, "seed %d: %v", seed, estimate)
						}
					}
					missed := value(a, e.verdict.Ranking[0])/best - 1
					sum, worst, invocations = sum+missed/20, max(worst, missed), invocations+float64(w.taken.Invocations)/20
				}
				t.Logf("mean regret %.4f, worst %.4f, %.0f invocations", sum, worst, invocations)
				require.Less(t, sum, 0.015)
				require.Less(t, worst, 0.06)
			})
		}
	}
}

// A budget may end before a size has had every payload: it is not judged by those that it has had.
func TestAdaptiveJudgesWholeMixtures(t *testing.T) {
	a := twoTargets(tuning.Cost)
	a.Cycle = 2
	sample := func(c tuning.Configuration, payload int, ms float64) tuning.Sample {
		return tuning.Sample{Configuration: c, Payload: payload, Duration: ms, BilledDuration: math.Ceil(ms)}
	}
	samples := []tuning.Sample{sample(tuning.Configuration{Architecture: tuning.Arm, MemorySize: 128}, 0, 1)}
	for _, size := range []int{512, 1024} {
		for range 2 {
			samples = append(samples, sample(tuning.Configuration{Architecture: tuning.Arm, MemorySize: size}, 0, 1), sample(tuning.Configuration{Architecture: tuning.Arm, MemorySize: size}, 1, 1000))
		}
	}
	v := a.Verdict(samples, nil)
	require.Equal(t, []tuning.Configuration{{Architecture: tuning.Arm, MemorySize: 512}, {Architecture: tuning.Arm, MemorySize: 1024}}, v.Ranking)
	for _, e := range v.Curve {
		require.Equal(t, slices.Contains(v.Ranking, e.Configuration), e.Measured)
	}
}
