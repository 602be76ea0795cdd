package confirm

import (
	"math"
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

const (
	// apartLeast is how far apart, as a share, two kinds of host have to be to be told apart.
	apartLeast = 0.1
	// apartSpreads is how many standard deviations of one kind's sandboxes lie between them at least.
	apartSpreads = 4
	// kindLeast is how many sandboxes of each kind it takes: one alone may have had another reason.
	kindLeast = 2
)

// Kinds are two kinds of host that an architecture's sandboxes ran on.
type Kinds struct {
	Apart      float64 // in per cent of the faster one's time
	Slower, Of int     // sandboxes: of those that were told apart
}

// KindsOf tells whether an architecture's sandboxes ran on two kinds of host. Each contender's are divided at their
// widest gap. Contenders that ran on one kind only cannot tell which, and do not count.
func (c Contest) KindsOf(a tuning.Architecture) (k Kinds, ok bool) {
	var squares, apart float64
	var faster, freedom int
	for _, contender := range c.Contenders {
		if contender.Architecture != a || len(contender.Values) < leastSandboxes {
			continue
		}
		logs := make([]float64, len(contender.Values))
		for i, v := range contender.Values {
			logs[i] = math.Log(v)
		}
		slices.Sort(logs)
		at := 1
		for i := range logs[1:] {
			if logs[i+1]-logs[i] > logs[at]-logs[at-1] {
				at = i + 1
			}
		}
		low, high := logs[:at], logs[at:]
		if logs[at]-logs[at-1] < math.Log1p(apartLeast) {
			low, high = logs, nil
		}
		squares, freedom = squares+deviations(low)+deviations(high), freedom+len(logs)-1
		if high == nil {
			continue
		}
		freedom--
		k.Of, k.Slower, faster = k.Of+len(logs), k.Slower+len(high), faster+len(low)
		apart += float64(len(logs)) * (mean(high) - mean(low))
	}
	if k.Slower < kindLeast || faster < kindLeast {
		return Kinds{}, false
	}
	within := c.Noise
	if freedom > 0 {
		within = max(within, squares/float64(freedom))
	}
	apart /= float64(k.Of)
	k.Apart = 100 * math.Expm1(apart)
	return k, apart >= apartSpreads*math.Sqrt(within)
}

// deviations are the squares of the values' deviations from their mean.
func deviations(values []float64) (squares float64) {
	m := mean(values)
	for _, v := range values {
		squares += (v - m) * (v - m)
	}
	return squares
}
