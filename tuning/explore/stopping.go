package explore

import (
	"math"
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

// tolerances are the expected regrets at which exploring ends. Costs of neighbouring sizes hardly differ for most
// functions, so the very cheapest is not worth searching for; durations do differ.
var tolerances = map[tuning.Strategy]float64{
	tuning.Cost:     0.014,
	tuning.Balanced: 0.012,
	tuning.Speed:    0.008,
}

const (
	// patienceSamples is the number of samples (or passes over the payloads) from which more regret is tolerated, in
	// proportion: if noise decides, sampling on costs more than it finds.
	patienceSamples = 25
	// minWinProbability is the probability up to which a configuration is not expected to win.
	minWinProbability = 0.02
	// largeMemory is the memory size (MB) from which one size is measured, however small the incumbent is.
	largeMemory = 1024
)

// goodEnough reports whether the incumbent is expected to be good enough for what has been spent on finding it.
func (s *situation) goodEnough() bool {
	return s.expectedRegret() < s.tolerance*math.Max(1, float64(s.AllSamples())/float64(patienceSamples*s.cycle))
}

// checks returns the configurations that have to be measured before the incumbent is believed, unless they could not
// plausibly win: its neighbours on the grid, the other architecture at its size, and one large size. They find a step or
// a crossing that the model has not seen.
func (s *situation) checks() []int {
	var all []int
	incumbent := s.Configurations[s.incumbent]
	largest, probed := -1, false
	for i, c := range s.Configurations {
		if !s.asked[i] {
			continue
		}
		switch {
		case c.MemorySize >= largeMemory && s.Measured(i):
			probed = true
		case s.Measured(i):
		case c.Architecture == incumbent.Architecture && s.adjacent(c, incumbent), c.Architecture != incumbent.Architecture && s.opposite(c, incumbent):
			if s.couldWin(i) {
				all = append(all, i)
			}
		}
		if c.MemorySize >= largeMemory && !s.Measured(i) && s.couldWin(i) && (largest < 0 || s.expected[i] < s.expected[largest]) {
			largest = i
		}
	}
	if !probed && largest >= 0 && !slices.Contains(all, largest) {
		all = append(all, largest)
	}
	if !s.NoiseKnown() {
		all = append(all, s.incumbent)
	}
	return all
}

// couldWin reports whether a configuration may plausibly be better than the incumbent.
func (s *situation) couldWin(i int) bool {
	return s.chance(i, s.incumbent, 1) > minWinProbability
}

// adjacent reports whether no size asked for lies between the two, which are of one architecture.
func (s *situation) adjacent(a, b tuning.Configuration) bool {
	low, high := min(a.MemorySize, b.MemorySize), max(a.MemorySize, b.MemorySize)
	for i, c := range s.Configurations {
		if s.asked[i] && c.Architecture == a.Architecture && c.MemorySize > low && c.MemorySize < high {
			return false
		}
	}
	return true
}

// opposite reports whether c is its architecture's nearest size to one of the other architecture.
func (s *situation) opposite(c, other tuning.Configuration) bool {
	distance := func(d tuning.Configuration) float64 {
		return math.Abs(math.Log(float64(d.MemorySize) / float64(other.MemorySize)))
	}
	for i, d := range s.Configurations {
		if s.asked[i] && d.Architecture == c.Architecture && distance(d) < distance(c) {
			return false
		}
	}
	return true
}
