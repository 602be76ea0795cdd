package explore

import (
	"math"

	"github.com/dualarch/dualarch/tuning"
)

// processor is the memory size (MB) with which a function gets one whole vCPU; CPU grows in proportion.
const processor = 1769

// shape is how a function's duration depends on memory and architecture, but for a factor:
//
//	t(a, m) = waiting + (1 - waiting) × work(a) / min(m/1769, parallel)
type shape struct {
	waiting  float64 // the share of the time at one vCPU, on arm64, that no CPU shortens
	parallel float64 // how many vCPUs the work can use
	work     float64 // x86_64's CPU work over arm64's
	weight   float64 // how likely it is before anything is measured; all add up to 1
}

// logDuration is the logarithm of the duration at one configuration, but for a constant.
func (s shape) logDuration(c tuning.Configuration) float64 {
	work := 1 - s.waiting
	if c.Architecture == tuning.X86 {
		work *= s.work
	}
	return math.Log(s.waiting + work/math.Min(float64(c.MemorySize)/processor, s.parallel))
}

// shapes are all that are held possible, from pure CPU work of one thread to a function that only waits.
// Between them the Gaussian process mediates.
var shapes = func() []shape {
	var all []shape
	sum := 0.0
	for _, waiting := range []struct{ share, weight float64 }{{0, 3}, {0.02, 1}, {0.08, 1}, {0.2, 1}, {0.45, 1}, {0.75, 1}, {1, 1}} {
		for _, parallel := range []struct{ vcpus, weight float64 }{{1, 4}, {1.3, 2}, {2, 1}, {3.5, 1}, {6, 1}} {
			for _, work := range []float64{0.75, 0.87, 1, 1.15, 1.32, 1.52} {
				z := (math.Log(work) - usualWork) / usualWorkSpread
				s := shape{waiting.share, parallel.vcpus, work, waiting.weight * parallel.weight * math.Exp(-z*z/2)}
				sum += s.weight
				all = append(all, s)
			}
		}
	}
	for i := range all {
		all[i].weight /= sum
	}
	return all
}()

// Integer and interpreter work takes about 8 % longer on x86_64; either may be faster by a quarter.
const (
	usualWork       = 0.08
	usualWorkSpread = 0.15
)
