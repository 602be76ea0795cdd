package feasible

import (
	"math"

	"github.com/dualarch/dualarch/tuning"
)

// Boundary is what is known of the memory size from which a function works: sizes up to Failed failed, those from
// working on worked. Each is 0 if there are none.
type Boundary struct {
	Failed, working int
	failures        int // how many sizes failed below working
}

// BoundaryOf returns an architecture's boundary. A size that works on one architecture most likely works on the other.
func BoundaryOf(a tuning.Architecture, samples []tuning.Sample, failures []tuning.Failure) Boundary {
	var b Boundary
	for _, s := range samples {
		if b.working == 0 || s.MemorySize < b.working {
			b.working = s.MemorySize
		}
	}
	for _, f := range failures {
		if (b.working == 0 || f.MemorySize < b.working) && (f.OutOfMemory || f.Architecture == a) {
			b.Failed = max(b.Failed, f.MemorySize)
			b.failures++
		}
	}
	return b
}

// isolatedFailure is the probability that a size fails for a reason that does not hold for smaller ones.
const isolatedFailure = 0.05

// Probability returns how likely a size works: the boundary is anywhere between what failed and what worked, with the
// same probability in each octave.
func (b Boundary) Probability(memorySize int) float64 {
	switch {
	case b.Failed == 0, memorySize >= b.working:
		return 1
	case memorySize <= b.Failed:
		return math.Pow(isolatedFailure, float64(b.failures))
	}
	return math.Log(float64(memorySize)/float64(b.Failed)) / math.Log(float64(b.working)/float64(b.Failed))
}
