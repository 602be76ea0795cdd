package bench

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

// workload is a function that is explored: each seed may give another one of its kind.
type workload struct {
	name     string
	behavior func(seed uint64) lambdasim.Behavior
}

// hosts is how much sandboxes differ by the host they run on: 2 %.
const hosts = 0.02

// fixed is the same function for every seed.
func fixed(w lambdasim.Workload) func(uint64) lambdasim.Behavior {
	return func(uint64) lambdasim.Behavior { return lambdasim.Behavior{Workload: w, HostSigma: hosts} }
}

// benchmarked are the workloads that the figures come from: all profiles, and the stresses.
func benchmarked() []workload {
	var all []workload
	for _, p := range lambdasim.Profiles() {
		all = append(all, workload{p.Name, fixed(p)})
	}
	return append(all, stresses()...)
}

// stresses are synthetic functions that mislead.
func stresses() []workload {
	oneThread := func(ms float64) lambdasim.Workload {
		return lambdasim.CPUBound(lambdasim.Timing{Mean: ms, P99: 1.1 * ms})
	}
	return []workload{
		// Below 1 GB it takes twice as long as its CPU share alone explains: a collector that runs all the time.
		{"a step below 1 GB", fixed(lambdasim.WorkloadFunc(func(a string, m int) lambdasim.Timing {
			t := oneThread(200).Timing(a, m)
			if m < 1024 {
				t.Mean, t.P99 = 2*t.Mean, 2*t.P99
			}
			return t
		}))},
		{"architectures that cross at 1 GB", fixed(lambdasim.Crossing(1024, lambdasim.Timing{Mean: 300, P99: 330}, 0.6))},
		{"10 % of calls 3 times slower", func(uint64) lambdasim.Behavior {
			return lambdasim.Behavior{Workload: oneThread(100), HostSigma: hosts, SlowShare: 0.1, SlowFactor: 3}
		}},
		{"4 ms", fixed(lambdasim.Flat(lambdasim.Timing{Mean: 4, P99: 6}))},
		{"x86_64 faster by 20 %", fixed(lambdasim.PerArchitecture(oneThread(160), oneThread(200)))},
		swapped(),
	}
}

// swapped are the profiles, one after the other, each architecture with the other's durations.
func swapped() workload {
	profiles := lambdasim.Profiles()
	return workload{"architectures swapped", func(seed uint64) lambdasim.Behavior {
		p := profiles[seed%uint64(len(profiles))]
		return fixed(lambdasim.WorkloadFunc(func(a string, m int) lambdasim.Timing { return p.Timing(other(a), m) }))(seed)
	}}
}

func other(architecture string) string {
	if architecture == "arm64" {
		return "x86_64"
	}
	return "arm64"
}

// short are functions of 2 to 80 ms, of which a call costs less than a state transition.
func short() []workload {
	var all []workload
	for _, ms := range []float64{2, 5, 13, 32, 80} {
		t := lambdasim.Timing{Mean: ms, P99: 1.2 * ms}
		all = append(all,
			workload{fmt.Sprint(ms, " ms of waiting"), fixed(lambdasim.Flat(t))},
			workload{fmt.Sprint(ms, " ms of work"), fixed(lambdasim.CPUBound(t))},
			workload{fmt.Sprint(ms, " ms of both"), fixed(lambdasim.WorkloadFunc(func(a string, m int) lambdasim.Timing {
				wait, work := lambdasim.Flat(t).Timing(a, m), lambdasim.CPUBound(t).Timing(a, m)
				if a == "x86_64" {
					work.Mean, work.P99 = 1.1*work.Mean, 1.1*work.P99
				}
				return lambdasim.Timing{Mean: (wait.Mean + work.Mean) / 2, P99: (wait.P99 + work.P99) / 2}
			}))})
	}
	return all
}

// heldOut are functions of families that the method's settings were not chosen on: each seed draws another
// one.
func heldOut() []workload {
	drawn := func(salt uint64, draw func(r *rand.Rand) lambdasim.Workload) func(uint64) lambdasim.Behavior {
		return func(seed uint64) lambdasim.Behavior { return fixed(draw(rand.New(rand.NewPCG(seed, salt))))(seed) }
	}
	return []workload{
		// Duration falls with a power of memory, down to a floor.
		{"power laws", drawn(101, func(r *rand.Rand) lambdasim.Workload {
			exponent, floor, full := 0.3+0.8*r.Float64(), math.Exp(8*r.Float64()), 20*math.Exp(4*r.Float64())
			faster, tail := math.Exp(0.2*r.NormFloat64()), 1.05+r.Float64()/2
			return lambdasim.WorkloadFunc(func(a string, m int) lambdasim.Timing {
				ms := floor/10 + full*math.Pow(1769/float64(m), exponent)
				if a == "x86_64" {
					ms *= faster
				}
				return lambdasim.Timing{Mean: ms, P99: tail * ms}
			})
		})},
		// Every size has a quirk of its own, and the smaller ones have longer tails.
		{"quirks", drawn(102, func(r *rand.Rand) lambdasim.Workload {
			full, quirks := 50*math.Exp(3*r.Float64()), map[string]float64{}
			for _, a := range []string{"x86_64", "arm64"} {
				for _, m := range defaultSizes {
					quirks[key(a, m)] = math.Exp(0.08 * r.NormFloat64())
				}
			}
			return lambdasim.WorkloadFunc(func(a string, m int) lambdasim.Timing {
				ms := quirks[key(a, m)] * full * 1769 / float64(min(m, 1769))
				return lambdasim.Timing{Mean: ms, P99: ms * (1.05 + 40/float64(m))}
			})
		})},
		// A part gets faster in proportion to memory, the other in steps: threads that do not fit.
		{"stairs", drawn(103, func(r *rand.Rand) lambdasim.Workload {
			full, stair := 100*math.Exp(3*r.Float64()), 1.1+0.9*r.Float64()
			at, lead := 200+2000*r.Float64(), math.Exp(0.15*r.NormFloat64())
			return lambdasim.WorkloadFunc(func(a string, m int) lambdasim.Timing {
				ms := full * 1769 / float64(min(m, 2600))
				if float64(m) < at {
					ms *= stair
				}
				if a == "x86_64" {
					ms *= lead
				}
				return lambdasim.Timing{Mean: ms, P99: 1.15 * ms}
			})
		})},
		// Mostly waiting for others, whose answers take their time now and then.
		{"waiting", drawn(104, func(r *rand.Rand) lambdasim.Workload {
			wait, work, tail := 10*math.Exp(3*r.Float64()), 20*r.Float64(), 1.5+2*r.Float64()
			return lambdasim.WorkloadFunc(func(_ string, m int) lambdasim.Timing {
				ms := wait + work*1769/float64(min(m, 1769))
				return lambdasim.Timing{Mean: ms, P99: tail * ms}
			})
		})},
	}
}

func key(architecture string, memorySize int) string {
	return architecture + string(rune(memorySize))
}
