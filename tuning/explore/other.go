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
// none is expected to work.
func (s *situation) otherBest(winner int) (best int, ok bool) {
	for i := range s.Configurations {
		if s.isOther(i, winner) && !math.IsInf(s.expected[i], 1) && (!ok || s.expected[i] < s.expected[best]) {
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
