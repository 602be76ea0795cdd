package lambdasim

import (
	"math"
	"math/rand/v2"
)

// Timing is a distribution of durations: a lognormal with this mean and 99th percentile, in
// milliseconds. A P99 that is not above the mean means no spread.
type Timing struct{ Mean, P99 float64 }

// z99 is the standard normal distribution's 99th percentile.
const z99 = 2.3263478740408408

// sigma returns the lognormal's. With mean m = exp(mu + s²/2) and p99 q = exp(mu + z99 s), ln(q/m) =
// z99 s - s²/2, of which the smaller solution is meant.
func (t Timing) sigma() float64 {
	if t.P99 <= t.Mean || t.Mean <= 0 {
		return 0
	}
	ratio := min(math.Log(t.P99/t.Mean), z99*z99/2) // no lognormal has a larger one
	return z99 - math.Sqrt(z99*z99-2*ratio)
}

// draw draws a duration in milliseconds.
func (t Timing) draw(r *rand.Rand) float64 {
	s := t.sigma()
	return t.Mean * math.Exp(s*r.NormFloat64()-s*s/2)
}

// Workload says how long a function's warm invocations take.
type Workload interface {
	Timing(architecture string, memorySize int) Timing
}

// WorkloadFunc is a Workload of one function.
type WorkloadFunc func(architecture string, memorySize int) Timing

// Timing calls f.
func (f WorkloadFunc) Timing(architecture string, memorySize int) Timing {
	return f(architecture, memorySize)
}

// oneCPU is the memory size at which a function has one whole vCPU, in MB.
const oneCPU = 1769

// Constant takes the same time on both architectures at every size, to the hundredth of a millisecond.
func Constant(ms float64) Workload { return Flat(Timing{Mean: ms}) }

// Flat has the same distribution on both architectures at every size.
func Flat(t Timing) Workload {
	return WorkloadFunc(func(string, int) Timing { return t })
}

// PerArchitecture has a workload of its own on each architecture.
func PerArchitecture(x86, arm64 Workload) Workload {
	return WorkloadFunc(func(architecture string, memorySize int) Timing {
		if architecture == "arm64" {
			return arm64.Timing(architecture, memorySize)
		}
		return x86.Timing(architecture, memorySize)
	})
}

// CPUBound returns work of one thread: full is what it takes with a whole vCPU, smaller sizes take
// longer in proportion, larger ones take the same.
func CPUBound(full Timing) Workload {
	return WorkloadFunc(func(_ string, memorySize int) Timing {
		slower := oneCPU / float64(min(memorySize, oneCPU))
		return Timing{Mean: full.Mean * slower, P99: full.P99 * slower}
	})
}

// Crossing returns CPU-bound work whose faster architecture depends on the size: at the given size
// both take t, below it arm64 is faster and above it x86_64, by a share that grows to advantage within
// a factor of eight.
func Crossing(memorySize int, t Timing, advantage float64) Workload {
	return WorkloadFunc(func(architecture string, m int) Timing {
		ms := Timing{Mean: t.Mean * float64(memorySize) / float64(m), P99: t.P99 * float64(memorySize) / float64(m)}
		tilt := advantage * max(-1, min(1, math.Log2(float64(m)/float64(memorySize))/3))
		if architecture == "arm64" {
			return Timing{Mean: ms.Mean * (1 + tilt/2), P99: ms.P99 * (1 + tilt/2)}
		}
		return Timing{Mean: ms.Mean * (1 - tilt/2), P99: ms.P99 * (1 - tilt/2)}
	})
}
