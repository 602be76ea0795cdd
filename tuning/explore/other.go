package explore

import (
	"math"
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

const (
	// hopelessProbability is the probability of being better below which a configuration has no chance.
	hopelessProbability = 0.02
	// slowerHosts is by how much the hosts that a few samples ran on may be slower than the fleet.
	slowerHosts = 0.05
)

// compare returns what is left to measure once the winner is good enough: the other architecture's best, without which
// the architectures cannot be compared, unless it has no chance.
func (s *situation) compare(today tuning.Configuration) []tuning.Measurement {
	winner := slices.Index(s.Configurations, s.ranking(today)[0])
	other, known := s.otherBest(winner)
	if !known || s.Measured(other) || s.otherHopeless(winner) {
		return nil
	}
	return []tuning.Measurement{{Configuration: s.Configurations[other], Samples: s.samplesOf(other)}}
}

// otherBest returns the size that is expected to be best of the architecture that the winner is not of; ok is false if
// none is expected to work. One that was measured is preferred to one that is hardly better: on a fine grid the best
// moves among equals for as long as any of them is measured.
func (s *situation) otherBest(winner int) (best int, ok bool) {
	value := func(i int) float64 {
		if s.Measured(i) {
			return s.expected[i] * (1 - asGoodAs)
		}
		return s.expected[i]
	}
	for i := range s.Configurations {
		if s.isOther(i, winner) && !math.IsInf(s.expected[i], 1) && (!ok || value(i) < value(best)) {
			best, ok = i, true
		}
	}
	return best, ok
}

// otherHopeless reports whether no size of the architecture that the winner is not of has a chance.
func (s *situation) otherHopeless(winner int) bool {
	chance := 0.0
	for i := range s.Configurations {
		if s.isOther(i, winner) {
			chance = max(chance, s.chance(i, winner, 1-slowerHosts))
		}
	}
	return chance < hopelessProbability
}

// isOther reports whether a configuration that was asked for is of the architecture that the winner is not of.
func (s *situation) isOther(i, winner int) bool {
	return s.asked[i] && s.Configurations[i].Architecture != s.Configurations[winner].Architecture
}
