package bench

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// trim is discardTopBottom's default.
const trim = 0.2

// truth is what an objective makes of every configuration there is to choose from, computed from what the simulator
// draws from.
type truth map[tuning.Configuration]float64

func truthOf(b lambdasim.Behavior, sizes []int, o explore.Objective) truth {
	means := map[tuning.Configuration]explore.Means{}
	var all []explore.Means
	for _, a := range []tuning.Architecture{tuning.Arm, tuning.X86} {
		for _, size := range sizes {
			c := tuning.Configuration{Architecture: a, MemorySize: size}
			means[c] = explore.Means{Cost: trueCost(b, c), Duration: trueDuration(b, c)}
			all = append(all, means[c])
		}
	}
	t := truth{}
	for c, m := range means {
		t[c] = o.Value(m, explore.Largest(all))
	}
	return t
}

// trueDuration is the mean of warm invocations without the share at both ends, in ms.
func trueDuration(b lambdasim.Behavior, c tuning.Configuration) float64 {
	const points = 500
	t := b.Workload.Timing(string(c.Architecture), c.MemorySize)
	type part struct{ ms, weight float64 }
	var parts []part
	spread := lognormalSigma(t)
	for i := range points {
		ms := t.Mean * math.Exp(spread*distuv.UnitNormal.Quantile((float64(i)+0.5)/points)-spread*spread/2)
		parts = append(parts, part{ms, (1 - b.SlowShare) / points}, part{ms * b.SlowFactor, b.SlowShare / points})
	}
	slices.SortFunc(parts, func(p, q part) int {
		if p.ms < q.ms {
			return -1
		}
		return 1
	})
	sum, passed := 0.0, 0.0
	for _, p := range parts {
		kept := max(0, min(passed+p.weight, 1-trim)-max(passed, trim))
		sum, passed = sum+kept*p.ms, passed+p.weight
	}
	return sum / (1 - 2*trim)
}

// lognormalSigma is that of the distribution with a mean and a 99th percentile.
func lognormalSigma(t lambdasim.Timing) float64 {
	if t.P99 <= t.Mean {
		return 0
	}
	z := distuv.UnitNormal.Quantile(0.99)
	return z - math.Sqrt(z*z-2*min(math.Log(t.P99/t.Mean), z*z/2))
}

// regret is by how much a configuration misses the best, as a share.
func (t truth) regret(c tuning.Configuration) float64 {
	best := math.Inf(1)
	for _, v := range t {
		best = min(best, v)
	}
	return t[c]/best - 1
}

// rightArchitecture says that no configuration of the other architecture is better by 1 % than the best
// of this one.
func (t truth) rightArchitecture(a tuning.Architecture) bool {
	own, others := math.Inf(1), math.Inf(1)
	for c, v := range t {
		if c.Architecture == a {
			own = min(own, v)
		} else {
			others = min(others, v)
		}
	}
	return own <= 1.01*others
}

func TestTruth(t *testing.T) {
	arm := tuning.Configuration{Architecture: tuning.Arm, MemorySize: 1769}
	flat := lambdasim.Behavior{Workload: lambdasim.Constant(100)}
	require.InDelta(t, 100, trueDuration(flat, arm), 1e-9)
	slow := lambdasim.Behavior{Workload: lambdasim.Constant(100), SlowShare: 0.3, SlowFactor: 3}
	require.InDelta(t, (0.5*100+0.1*300)/0.6, trueDuration(slow, arm), 1e-6, "a third of the slow calls is within")
	spread := lambdasim.Behavior{Workload: lambdasim.Flat(lambdasim.Timing{Mean: 100, P99: 200})}
	require.Less(t, trueDuration(spread, arm), 100.0)

	cost := truthOf(flat, defaultSizes, explore.Objective{Strategy: tuning.Cost})
	require.Zero(t, cost.regret(tuning.Configuration{Architecture: tuning.Arm, MemorySize: 128}))
	require.Positive(t, cost.regret(tuning.Configuration{Architecture: tuning.X86, MemorySize: 128}))
	require.True(t, cost.rightArchitecture(tuning.Arm))
	require.False(t, cost.rightArchitecture(tuning.X86))
	require.True(t, truthOf(flat, defaultSizes, explore.Objective{Strategy: tuning.Speed}).rightArchitecture(tuning.X86), "a tie")
}
