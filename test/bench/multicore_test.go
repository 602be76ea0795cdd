package bench

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

// multiCore are kinds of functions with threads. Their durations are relative to what one thread takes with a whole vCPU.
var multiCore = []family{
	// It takes as many vCPUs as it has threads; more memory gives it nothing.
	{"a plateau", func(r *rand.Rand) curve {
		return amdahl(0.2*r.Float64(), []float64{1, 2, 4}[r.IntN(3)])
	}},
	// A thread for each vCPU that it sees: each costs something, whether its vCPU is a whole one or not.
	{"a thread for each vCPU", func(r *rand.Rand) curve {
		serial, cost := 0.2*r.Float64(), 0.02+0.13*r.Float64()
		return func(m float64) float64 {
			n, quota := float64(visibleVCPUs(m)), m/1769
			return serial/math.Min(1, quota) + (1-serial)*(1+cost*(n-1))/math.Min(n, quota)
		}
	}},
	// A thread for each whole vCPU that the memory size pays for: nothing between two of them helps.
	{"a thread for each whole vCPU", func(r *rand.Rand) curve {
		serial, rounding := 0.2*r.Float64(), 0.5*float64(r.IntN(2))
		return func(m float64) float64 {
			quota := m / 1769
			n := math.Max(1, math.Floor(quota+rounding))
			return serial/math.Min(1, quota) + (1-serial)/math.Min(n, quota)
		}
	}},
	// Equal tasks that a thread for each vCPU takes from a queue: where they do not come out even some vCPUs wait for
	// the last ones, and where they do the duration dips.
	{"equal tasks", func(r *rand.Rand) curve {
		serial, tasks := 0.1*r.Float64(), 2+r.IntN(7)
		return func(m float64) float64 {
			return serial/math.Min(1, m/1769) + (1-serial)*queued(tasks, visibleVCPUs(m), m/1769)
		}
	}},
	// Threads that wait for each other: the universal scalability law, whose best is somewhere in the middle.
	{"contention", func(r *rand.Rand) curve {
		waiting, talking := 0.15*r.Float64(), 0.01+0.06*r.Float64()
		return func(m float64) float64 {
			quota := m / 1769
			more := math.Max(0, quota-1)
			return (1 + waiting*more + talking*quota*more) / quota
		}
	}},
	// What is read again and again fits into memory from some size on.
	{"a cache", func(r *rand.Rand) curve {
		base, fits, again := amdahl(0.3*r.Float64(), 1+5*r.Float64()), 400*math.Exp2(4*r.Float64()), 0.1+0.9*r.Float64()
		return func(m float64) float64 { return base(m) + again*math.Max(0, 1-m/fits) }
	}},
}

// visibleVCPUs is how many vCPUs a function sees at a memory size. AWS gives one for each 1,769 MB that were begun, up to
// six ("What's new in serverless", re:Invent 2020), and even the smallest functions see two.
func visibleVCPUs(memorySize float64) int { return max(2, int(math.Ceil(memorySize/1769))) }

// queued is how long equal tasks, which one vCPU does in one unit of time, take threads that share some vCPUs.
func queued(tasks, threads int, vcpus float64) float64 {
	taken := 0.0
	for left := tasks; left > 0; left -= threads {
		busy := float64(min(threads, left))
		taken += math.Max(1, busy/vcpus) / float64(tasks)
	}
	return taken
}

// threaded are workloads of functions with threads, with calm and with less calm calls, and of functions measured on
// real Lambda, whose plateau begins where they were last measured, with either architecture the faster one.
func threaded() []workload {
	var all []workload
	for _, f := range multiCore {
		all = append(all, workload{f.name, func(seed uint64) lambdasim.Behavior {
			return drawFunction(f, seed, []float64{0.02, 0.05, 0.1}[seed%3])
		}})
	}
	profiles := lambdasim.Profiles()
	return append(all,
		workload{"measured", func(seed uint64) lambdasim.Behavior { return fixed(profiles[seed%uint64(len(profiles))])(seed) }},
		swapped(),
	)
}

func TestThreads(t *testing.T) {
	for memorySize, seen := range map[float64]int{128: 2, 1769: 2, 1770: 2, 3538: 2, 3539: 3, 5307: 3, 7076: 4, 8845: 5, 10_240: 6} {
		require.Equal(t, seen, visibleVCPUs(memorySize), memorySize)
	}
	require.InDelta(t, 4.0, queued(4, 2, 0.25), 1e-9, "a quarter of a vCPU")
	require.InDelta(t, 0.5, queued(4, 2, 2), 1e-9, "two by two")
	require.InDelta(t, 0.5, queued(4, 3, 3), 1e-9, "three, then one alone")
	require.InDelta(t, 1/3.0, queued(4, 4, 3), 1e-9, "all at once on fewer vCPUs")
	for _, f := range multiCore {
		at := f.draw(rand.New(rand.NewPCG(1, 2)))
		require.InDelta(t, 6, at(128)/at(1024), 2.1, "%s: below one vCPU its share is what counts", f.name)
		require.Less(t, at(10_240), 2.0, f.name)
	}
}
