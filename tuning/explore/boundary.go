package explore

import (
	"math"

	"github.com/dualarch/dualarch/tuning"
)

// boundary is what is known of where sizes begin to work: those above failed may, those from working on do. Each is
// 0 where none is known. failures are how many sizes failed below working.
type boundary struct{ failed, working, failures int }

// boundaryOf looks for an architecture's: what works on one, works on the other most likely.
func boundaryOf(a tuning.Architecture, samples []tuning.Sample, failures []tuning.Failure) boundary {
	var b boundary
	for _, s := range samples {
		if b.working == 0 || s.MemorySize < b.working {
			b.working = s.MemorySize
		}
	}
	for _, f := range failures {
		if (b.working == 0 || f.MemorySize < b.working) && (f.OutOfMemory || f.Architecture == a) {
			b.failed = max(b.failed, f.MemorySize)
			b.failures++
		}
	}
	return b
}

// unlucky is the probability that a size fails for a reason that does not hold for smaller ones.
const unlucky = 0.05

// odds is the probability that a size works where some have: the boundary may be anywhere between what failed and
// what worked.
func (b boundary) odds(memorySize int) float64 {
	switch {
	case b.failed == 0, memorySize >= b.working:
		return 1
	case memorySize <= b.failed:
		return math.Pow(unlucky, float64(b.failures))
	}
	return math.Log(float64(memorySize)/float64(b.failed)) / math.Log(float64(b.working)/float64(b.failed))
}
