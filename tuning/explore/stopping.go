package explore

import (
	"math"
	"slices"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore/internal/belief"
)

// tolerances are the gains, as shares, below which an ordinary round is not worth its money. Costs of neighbouring sizes
// hardly differ for most functions, so the very cheapest is not worth searching for.
var tolerances = map[tuning.Strategy]float64{
	tuning.Cost:     0.0065,
	tuning.Balanced: 0.0045,
	tuning.Speed:    0.006,
}

const (
	// ordinaryRound is what a round costs, as a share of measuring everything exhaustively, up to which the tolerance holds;
	// a round that costs more has to promise more, in proportion.
	ordinaryRound = 0.15
	// exhaustiveSamples is how many samples of each size measuring exhaustively takes.
	exhaustiveSamples = 10
	// incumbentStdErr is the standard error that the incumbent is measured to before it is believed, unless that takes more
	// than maxSamples.
	incumbentStdErr = 0.08
	// minWinProbability is the probability up to which a configuration is not expected to win.
	minWinProbability = 0.02
	// largeMemory is the memory size (MB) from which one size is measured, however small the incumbent is.
	largeMemory = 1024
)

// worthIt reports whether a round promises enough for its price. If noise decides, samples promise little and are many.
func (s *situation) worthIt(round []int) bool {
	price := 0.0
	if everything := s.everything(); everything > 0 {
		price = s.priceOf(round) / everything
	}
	return s.promise(round) > s.tolerance*math.Max(1, price/ordinaryRound)
}

// promise returns what a round is expected to gain over the incumbent, as a share: what knowing its configurations would
// gain, and of that as much as its samples tell.
func (s *situation) promise(round []int) float64 {
	worth, gains, joint := 0.0, 0.0, 0.0
	for _, i := range round {
		w, gain := s.worth(i, float64(s.samplesOf(i)))
		worth, gains = worth+w, gains+gain
	}
	if worth == 0 {
		return 0 // if nothing costs anything, nothing is cheaper
	}
	for d := range s.values {
		best := s.values[d][s.incumbent]
		for _, i := range round {
			best = min(best, s.rival(d, i))
		}
		joint += (s.values[d][s.incumbent] - best) / float64(len(s.values))
	}
	return joint * worth / gains / s.expected[s.incumbent]
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
		case s.neighbour(c, incumbent), c.Architecture != incumbent.Architecture && s.opposite(c, incumbent):
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
	if !s.NoiseKnown() || s.incumbentIsUncertain() {
		all = append(all, s.incumbent)
	}
	return all
}

// incumbentIsUncertain reports whether the incumbent's own samples are too few for its noise.
func (s *situation) incumbentIsUncertain() bool {
	n := float64(s.Samples(s.incumbent))
	return n < float64(maxSamples*s.cycle) && s.Noise(s.incumbent)/n > incumbentStdErr*incumbentStdErr
}

// couldWin reports whether a configuration may plausibly be better than the incumbent.
func (s *situation) couldWin(i int) bool {
	return s.chance(i, s.incumbent, 1) > minWinProbability
}

// neighbour reports whether c is the nearest size of the same architecture, on its side, that is far enough from another
// to tell more than that one does: on a fine grid the next size is much the same. If none is, it is the farthest.
func (s *situation) neighbour(c, of tuning.Configuration) bool {
	octaves := func(d tuning.Configuration) float64 {
		return math.Log2(float64(d.MemorySize) / float64(of.MemorySize))
	}
	far := func(d tuning.Configuration) bool { return math.Abs(octaves(d)) >= belief.OwnLengthScale }
	if c.Architecture != of.Architecture || c.MemorySize == of.MemorySize {
		return false
	}
	for i, d := range s.Configurations {
		if !s.asked[i] || d.Architecture != of.Architecture || octaves(c)*octaves(d) <= 0 {
			continue
		}
		nearer := math.Abs(octaves(d)) < math.Abs(octaves(c))
		if far(d) && (nearer || !far(c)) || !far(c) && !nearer && d != c {
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
