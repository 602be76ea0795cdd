package statistics

import (
	"math"
	"time"

	"github.com/dualarch/dualarch/tuning"
)

// Calls sums up how long the invocations of each configuration took, in ms: a round may have thousands of versions, and
// as many samples.
type Calls map[tuning.Configuration]callTimes

type callTimes struct {
	sum, slowest float64
	count        int
}

// CallsOf sums up samples.
func CallsOf(samples []tuning.Sample) Calls {
	all := Calls{}
	for _, s := range samples {
		c := all[s.Configuration]
		c.sum, c.slowest, c.count = c.sum+s.Total(), max(c.slowest, s.Total()), c.count+1
		all[s.Configuration] = c
	}
	return all
}

// Slowest returns how long the slowest invocation of a configuration took; 0 if there is none.
func (all Calls) Slowest(c tuning.Configuration) time.Duration {
	return time.Duration(all[c].slowest * float64(time.Millisecond))
}

// Typical returns how long an invocation takes: as long as those of its configuration did, else as those of the nearest one
// of the same architecture, or of the other, would with its memory.
func (all Calls) Typical(c tuning.Configuration, longest time.Duration) time.Duration {
	nearest, distance := c, 0.0
	if all[c].count == 0 {
		distance = math.Inf(1)
		for m := range all {
			d := math.Abs(math.Log2(float64(m.MemorySize) / float64(c.MemorySize)))
			if m.Architecture != c.Architecture {
				d += 100
			}
			if d < distance || d == distance && m.MemorySize < nearest.MemorySize {
				nearest, distance = m, d
			}
		}
	}
	if math.IsInf(distance, 1) {
		return longest
	}
	ms := all[nearest].sum / float64(all[nearest].count) * max(1, float64(nearest.MemorySize)/float64(c.MemorySize))
	return min(longest, time.Duration(ms*float64(time.Millisecond)))
}
