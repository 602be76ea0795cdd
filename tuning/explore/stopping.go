package explore

import (
	"math"
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

// enough is the expected regret at which exploring ends. Costs of neighbouring sizes hardly differ for most
// functions, so that the cheapest is not worth searching for to the last; durations do.
var enough = map[tuning.Strategy]float64{
	tuning.Cost:     0.014,
	tuning.Balanced: 0.012,
	tuning.Speed:    0.008,
}

const (
	// patienceSamples is the number of samples (or cycles of payloads) from which more regret is put up with, in
	// proportion: where noise decides, sampling on costs more than it finds.
	patienceSamples = 25
	// minWinProbability is the probability at which a configuration can no longer be expected to win.
	minWinProbability = 0.02
	// largeMemory is the memory size (MB) from which one is to be looked at, however small the incumbent is.
	largeMemory = 1024
)

// settled says that the incumbent is expected to be good enough for what has been spent on finding it.
func (s *situation) settled() bool {
	samples := 0
	for _, o := range s.seen {
		samples += len(o.durations)
	}
	return s.expectedRegret() < s.enough*math.Max(1, float64(samples)/float64(patienceSamples*s.cycle))
}

// checks are the configurations that have to be measured before the incumbent is believed, unless they
// could not plausibly win: its neighbours on the grid, the other architecture at its size, and one large
// size. They are what keeps a model honest that has a step or a crossing outside of what it has seen.
func (s *situation) checks() []int {
	var all []int
	incumbent := s.configurations[s.incumbent]
	largest, probed := -1, false
	for i, c := range s.configurations {
		if !s.asked[i] {
			continue
		}
		switch {
		case c.MemorySize >= largeMemory && s.measured(i):
			probed = true
		case s.measured(i):
		case c.Architecture == incumbent.Architecture && s.adjacent(c, incumbent), c.Architecture != incumbent.Architecture && s.opposite(c, incumbent):
			if s.couldWin(i) {
				all = append(all, i)
			}
		}
		if c.MemorySize >= largeMemory && !s.measured(i) && s.couldWin(i) && (largest < 0 || s.expected[i] < s.expected[largest]) {
			largest = i
		}
	}
	if !probed && largest >= 0 && !slices.Contains(all, largest) {
		all = append(all, largest)
	}
	if !s.noiseKnown() {
		all = append(all, s.incumbent)
	}
	return all
}

// noiseKnown says that some payload was sent twice to some configuration.
func (s *situation) noiseKnown() bool {
	for _, o := range s.seen {
		if o.freedom() > 0 {
			return true
		}
	}
	return false
}

// couldWin says that a configuration may plausibly be better than the incumbent.
func (s *situation) couldWin(i int) bool {
	better := 0
	for d := range s.values {
		if s.values[d][i] < s.values[d][s.incumbent] {
			better++
		}
	}
	return float64(better) > minWinProbability*float64(len(s.values))
}

// adjacent says that no size asked for lies between the two, which are of one architecture.
func (s *situation) adjacent(a, b tuning.Configuration) bool {
	low, high := min(a.MemorySize, b.MemorySize), max(a.MemorySize, b.MemorySize)
	for i, c := range s.configurations {
		if s.asked[i] && c.Architecture == a.Architecture && c.MemorySize > low && c.MemorySize < high {
			return false
		}
	}
	return true
}

// opposite says that c is its architecture's nearest size to one of the other architecture.
func (s *situation) opposite(c, other tuning.Configuration) bool {
	distance := func(d tuning.Configuration) float64 {
		return math.Abs(math.Log(float64(d.MemorySize) / float64(other.MemorySize)))
	}
	for i, d := range s.configurations {
		if s.asked[i] && d.Architecture == c.Architecture && distance(d) < distance(c) {
			return false
		}
	}
	return true
}
