package belief

import (
	"math"

	"github.com/dualarch/dualarch/tuning"
)

// VCPUMemory is the memory size (MB) with which a function gets one whole vCPU; CPU grows in proportion.
const VCPUMemory = 1769

// Shape is how a function's duration depends on memory and architecture, up to a factor:
//
//	t(a, m) = (waiting + (1 - waiting) × work(a) / min(m/1769, parallel)) × (max(1, knee/m))^steep
type Shape struct {
	waiting  float64 // the share of the time at one vCPU, on arm64, that no CPU shortens
	parallel float64 // how many vCPUs the work can use
	work     float64 // x86_64's CPU work over arm64's
	pressure
	prior float64 // its probability before anything is measured; all add up to 1
}

// pressure is what too little memory costs beside CPU: an interpreter that hardly fits, a garbage collector that hardly
// rests. Functions were measured that get 2.8 times as fast from 128 to 256 MB.
type pressure struct {
	knee  float64 // the memory size (MB) from which there is enough
	steep float64 // the power of the missing memory that time grows with
	odds  float64
}

var pressures = []pressure{{0, 0, 14}, {256, 0.4, 1}, {256, 1, 1}, {512, 0.3, 1.5}, {512, 0.7, 1}, {1024, 0.3, 1}}

// LogDuration returns the logarithm of the duration at one configuration, up to a constant.
func (s Shape) LogDuration(c tuning.Configuration) float64 {
	work := 1 - s.waiting
	if c.Architecture == tuning.X86 {
		work *= s.work
	}
	size := float64(c.MemorySize)
	l := math.Log(s.waiting + work/math.Min(size/VCPUMemory, s.parallel))
	if size < s.knee {
		l += s.steep * math.Log(s.knee/size)
	}
	return l
}

// Integer and interpreter work takes about 8 % longer on x86_64; either architecture may be faster by a quarter.
const (
	meanLogWork   = 0.08
	logWorkStdDev = 0.15
)

// Shapes are all that are held possible, from pure CPU work of one thread to a function that only waits. The Gaussian
// process mediates between them.
var Shapes = func() []Shape {
	var all []Shape
	sum := 0.0
	for _, waiting := range []struct{ share, prior float64 }{{0, 3}, {0.02, 1}, {0.08, 1}, {0.2, 1}, {0.45, 1}, {0.75, 1}, {1, 1}} {
		for _, parallel := range []struct{ vcpus, prior float64 }{{1, 4}, {1.3, 2}, {2, 1}, {3.5, 1}, {6, 1}} {
			for _, work := range []float64{0.75, 0.87, 1, 1.15, 1.32, 1.52} {
				z := (math.Log(work) - meanLogWork) / logWorkStdDev
				for _, p := range pressures {
					s := Shape{waiting.share, parallel.vcpus, work, p, waiting.prior * parallel.prior * p.odds * math.Exp(-z*z/2)}
					sum += s.prior
					all = append(all, s)
				}
			}
		}
	}
	for i := range all {
		all[i].prior /= sum
	}
	return all
}()
