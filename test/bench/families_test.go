package bench

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/test/figures"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// family is a kind of function that the certainty of exploration is tested on. Each seed draws another function of it.
type family struct {
	name string
	draw func(r *rand.Rand) curve
}

// curve returns the mean duration (ms) at a memory size on arm64. Architectures differ by a factor besides.
type curve func(memorySize float64) float64

// families are kinds of functions as they are met on Lambda, and some that are made to mislead.
var families = []family{
	{"one thread", func(r *rand.Rand) curve { return amdahl(0.1*r.Float64(), 1) }},
	{"work and waiting", func(r *rand.Rand) curve { return amdahl(0.1+0.8*r.Float64(), 1+r.Float64()) }},
	{"several threads", func(r *rand.Rand) curve { return amdahl(0.2*r.Float64(), 1.5+4.5*r.Float64()) }},
	{"flat", func(*rand.Rand) curve { return func(float64) float64 { return 1 } }},
	// Interpreters and virtual machines that hardly fit get more than twice as fast with twice the memory.
	{"hardly fits", func(r *rand.Rand) curve {
		base, knee, steep := amdahl(0.3*r.Float64(), 1), 192+500*r.Float64(), 0.2+1.2*r.Float64()
		return func(m float64) float64 { return base(m) * math.Pow(max(1, knee/m), steep) }
	}},
	// A garbage collector that runs ever more often the fuller its heap is.
	{"collector", func(r *rand.Rand) curve {
		base, heap := amdahl(0.3*r.Float64(), 1+2*r.Float64()), 60+r.Float64()*60
		return func(m float64) float64 { return base(m) * (1 + heap/(m-heap+10)) }
	}},
	{"a step", func(r *rand.Rand) curve {
		base, at, by := amdahl(0.5*r.Float64(), 1+r.Float64()), 128*math.Exp2(4.6*r.Float64()), 1.03+0.8*r.Float64()
		return func(m float64) float64 {
			if m < at {
				return by * base(m)
			}
			return base(m)
		}
	}},
	// As many threads as the memory size gives vCPUs, each with its own cost.
	{"stairs", func(r *rand.Rand) curve {
		serial, overhead := 0.3*r.Float64(), 0.15*r.Float64()
		return func(m float64) float64 {
			threads := math.Max(1, math.Ceil(m/1769))
			return serial/math.Min(m/1769, 1) + (1-serial)*(1+overhead*(threads-1))/(m/1769)*math.Max(1, m/1769/threads)
		}
	}},
	// Memory that is cleared, scanned or contended for: more of it is slower.
	{"a valley", func(r *rand.Rand) curve {
		base, from, rise := amdahl(0.5*r.Float64(), 1), 256*math.Exp2(3*r.Float64()), 0.4*r.Float64()
		return func(m float64) float64 { return base(m) * math.Pow(max(1, m/from), rise) }
	}},
	{"a dip", func(r *rand.Rand) curve {
		base, at, by := amdahl(0.5*r.Float64(), 1+r.Float64()), defaultSizes[r.IntN(len(defaultSizes))], 0.7+0.27*r.Float64()
		return func(m float64) float64 {
			if int(m) == at {
				return by * base(m)
			}
			return base(m)
		}
	}},
	{"rough", func(r *rand.Rand) curve {
		base, quirks := amdahl(0.5*r.Float64(), 1+r.Float64()), map[int]float64{}
		spread := 0.1 * r.Float64()
		for m := 128; m <= 10_240; m++ {
			quirks[m] = math.Exp(spread * r.NormFloat64())
		}
		return func(m float64) float64 { return base(m) * quirks[int(m)] }
	}},
}

// amdahl is work that threads on so many vCPUs share, beside waiting.
func amdahl(waiting, vcpus float64) curve {
	return func(m float64) float64 { return waiting + (1-waiting)/math.Min(m/1769, vcpus) }
}

// drawFunction draws a function of a family whose calls spread by the given standard deviation of their logarithm. One in
// four has a part of the calls that are slow besides.
func drawFunction(f family, seed uint64, sigma float64) lambdasim.Behavior {
	r := rand.New(rand.NewPCG(seed, 15))
	at, scale, faster := f.draw(r), 3*math.Exp(6*r.Float64()), math.Exp(0.05+0.13*r.NormFloat64())
	tilt := 0.0
	if r.IntN(4) == 0 {
		tilt = 0.06 * r.NormFloat64() // an octave: architectures that cross
	}
	b := lambdasim.Behavior{HostSigma: hosts, Workload: lambdasim.WorkloadFunc(func(a string, m int) lambdasim.Timing {
		ms := scale * at(float64(m))
		if a == "x86_64" {
			ms *= faster * math.Pow(float64(m)/1024, tilt)
		}
		return lambdasim.Timing{Mean: ms, P99: ms * math.Exp(2.3263*sigma-sigma*sigma/2)}
	})}
	if r.IntN(4) == 0 {
		b.SlowShare, b.SlowFactor = 0.15*r.Float64(), 1+4*r.Float64()
	}
	return b
}

// sigmas are the standard deviations of a call's logarithm that certainty is tested with, from calm to very noisy.
var sigmas = []float64{0.02, 0.06, 0.15, 0.4, 0.8, 1.5}

// Exploring is right as often as it says: where it is 80 % sure to be within 1 % of the best, by how much the best may be
// better, and what each size costs.
func TestCertaintyOfExploration(t *testing.T) {
	certainty(t, "explore.certainty", defaultSizes, families, 12)
}

// certainty explores functions of each family with each noise, and holds what the verdicts say of themselves against the
// truth. Figures come from so many functions of each; `make test` takes one.
func certainty(t *testing.T, prefix string, sizes []int, families []family, count int) {
	if !figures.Whole() {
		count = 1
	}
	input := fmt.Sprintf(`{"exploration":"adaptive","powerValues":%s}`, asJSON(t, sizes))
	var mu sync.Mutex
	var runs, sure, right, missed, bands, held float64
	var jobs []func(*testing.T)
	for i, f := range families {
		for j, sigma := range sigmas {
			for k := range count {
				jobs = append(jobs, func(t *testing.T) {
					seed := uint64((i*6+j)*100 + k)
					b := drawFunction(f, seed, sigma)
					v := siblings{behavior: b, seed: seed, primary: turns(int(seed))}.explored(t, input)
					regret := truthOf(b, sizes, explore.Objective{Strategy: tuning.Cost}).regret(v.Ranking[0])
					mu.Lock()
					defer mu.Unlock()
					runs++
					if v.WithinOne >= 0.8 {
						sure++
						right += count1(regret <= 0.01)
					}
					missed += count1(1-1/(1+regret) <= v.Missed)
					for _, e := range v.Curve {
						c := trueCost(b, e.Configuration)
						bands++
						held += count1(e.Cost.Low <= c && c <= e.Cost.High)
					}
				})
			}
		}
	}
	inParallel(t, jobs)
	figures.Report(t, prefix+".right", right/sure, "share")
	figures.Report(t, prefix+".missed", missed/runs, "share")
	figures.Report(t, prefix+".bands", held/bands, "share")
	chance := func(share, of float64) float64 {
		if figures.Whole() {
			return 0
		}
		return 3 * standardError(share, int(of))
	}
	require.GreaterOrEqual(t, right/sure, 0.8-chance(0.8, sure))
	require.GreaterOrEqual(t, missed/runs, 0.92-chance(0.92, runs))
	require.GreaterOrEqual(t, held/bands, 0.9-chance(0.9, runs)) // the bands of one run are of one mind
}

func count1(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
