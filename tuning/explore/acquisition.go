package explore

import (
	"cmp"
	"math"
	"slices"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore/internal/belief"
)

// LargestRound is the most configurations that a round asks for: the first one, today's with the anchors.
const LargestRound = 4

const (
	// roundSize is the most configurations that a later round asks for. If the choice is still open after manySizes of
	// them, rounds get as large as they may be: each costs time.
	roundSize, manySizes = 2, 6
	// minSamples and maxSamples bound what is asked of a configuration at once; openingSamples are those of the
	// opening, from which the noise is learnt.
	minSamples, maxSamples = 1, 8
	openingSamples         = 2
	// targetStdErr is the standard error that the first samples of a configuration aim at.
	targetStdErr = 0.045
	// worthwhileShare is the part of the best proposal's score below which another is not worth its money.
	worthwhileShare = 0.75
)

// next returns the next round if money were no object: what has to be checked first, then what promises most for its
// price; nothing once the incumbent is good enough and has been checked.
func (s *situation) next() []tuning.Measurement {
	checks := s.checks()
	scores := make([]float64, len(s.Configurations))
	order := make([]int, 0, len(scores))
	for i := range scores {
		if s.asked[i] {
			scores[i] = s.score(i)
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(scores[j], scores[i]) })
	slices.SortStableFunc(checks, func(i, j int) int { return cmp.Compare(scores[j], scores[i]) })
	size, least := roundSize, worthwhileShare
	if s.Measurements() >= manySizes {
		size, least = LargestRound, 0
	}
	var next []tuning.Measurement
	add := func(i int) {
		m := tuning.Measurement{Configuration: s.Configurations[i], Samples: s.samplesOf(i)}
		if len(next) < size && !slices.Contains(next, m) {
			next = append(next, m)
		}
	}
	for _, i := range checks {
		add(i)
	}
	if s.goodEnough() {
		return next
	}
	for _, i := range order {
		if scores[i] > 0 && scores[i] >= least*scores[order[0]] {
			add(i)
		}
	}
	return next
}

// score returns what a configuration promises: its expected gain over the incumbent, times the share of its variance
// that samples would take away, over the root of what they cost.
func (s *situation) score(i int) float64 {
	gain := 0.0
	for d := range s.values {
		rival := s.values[d][i]
		if i == s.incumbent {
			rival = s.best(d)
		}
		gain += math.Max(0, s.values[d][s.incumbent]-rival)
	}
	n := float64(s.samplesOf(i))
	remaining := s.Noise(i)/n + belief.HostStdDev*belief.HostStdDev
	score := gain * s.Variances[i] / (s.Variances[i] + remaining)
	if cost := s.costOf(i, n); cost > 0 {
		return score / math.Sqrt(cost)
	}
	return score
}

// samplesOf returns how many samples to ask of a configuration: at first as many as the noise requires, later as many
// again as there are, in whole passes over the payloads.
func (s *situation) samplesOf(i int) int {
	n := int(math.Ceil(s.Noise(i) / (targetStdErr * targetStdErr)))
	if s.Measured(i) {
		n = s.Samples(i)
	}
	return wholeCycles(min(max(n, minSamples), maxSamples), s.cycle)
}

// costOf returns what n samples of a configuration are expected to cost, with the cold start before them and the version
// that is published for them.
func (s *situation) costOf(i int, n float64) float64 {
	price := s.charged[s.Configurations[i]]
	typical := 0.0
	for _, logarithms := range s.Draws {
		typical += s.means(i, logarithms[i], s.charged).Cost / float64(len(s.Draws))
	}
	return (n+1)*typical + price.Millisecond*s.init + price.Restore + price.Caching*ShortestCaching.Seconds()
}
