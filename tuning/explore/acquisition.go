package explore

import (
	"cmp"
	"math"
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

// LargestRound is how many configurations a round asks for at most: the first one, today's with the anchors.
const LargestRound = 4

const (
	// roundSize is how many configurations a round asks for at most once exploring is under way. Where the choice
	// is still open after many of them, rounds get as large as they may be: each costs time.
	roundSize, manySizes = 2, 6
	// minSamples and most samples that are asked of a configuration at once; first are those of the opening,
	// from which the noise is learnt.
	minSamples, maxSamples = 1, 8
	openingSamples         = 2
	// targetStdErr is the standard error that the first samples of a configuration aim at.
	targetStdErr = 0.045
	// worthwhileShare is the part of the best proposal's score below which another is not worth its money.
	worthwhileShare = 0.75
)

// proposals are what to measure next: what has to be checked first, then what promises most for its money.
func (s *situation) proposals(checks []int) []tuning.Measurement {
	scores := make([]float64, len(s.configurations))
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
	if len(s.seen) >= manySizes {
		size, least = LargestRound, 0
	}
	var next []tuning.Measurement
	add := func(i int) {
		m := tuning.Measurement{Configuration: s.configurations[i], Samples: s.samplesOf(i)}
		if len(next) < size && !slices.Contains(next, m) {
			next = append(next, m)
		}
	}
	for _, i := range checks {
		add(i)
	}
	if s.settled() {
		return next
	}
	for _, i := range order {
		if scores[i] > 0 && scores[i] >= least*scores[order[0]] {
			add(i)
		}
	}
	return next
}

// score is what a configuration promises: its expected gain over the incumbent, times the share of its
// uncertainty that samples would take away, by the root of what they cost.
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
	left := s.noiseOf(i)/n + hostSpread*hostSpread
	score := gain * s.variances[i] / (s.variances[i] + left)
	if cost := s.costOf(i, n); cost > 0 {
		return score / math.Sqrt(cost)
	}
	return score
}

func (s *situation) noiseOf(i int) float64 {
	if o, ok := s.seen[s.configurations[i]]; ok {
		return o.noise
	}
	return s.noise
}

// samplesOf is how many samples to ask of a configuration: at first as many as the noise wants, later as
// many again as there are, in whole cycles of the payloads.
func (s *situation) samplesOf(i int) int {
	n := int(math.Ceil(s.noiseOf(i) / (targetStdErr * targetStdErr)))
	if o, ok := s.seen[s.configurations[i]]; ok {
		n = len(o.durations)
	}
	return wholeCycles(min(max(n, minSamples), maxSamples), s.cycle)
}

// costOf is what n samples of a configuration are expected to cost, the cold start before them and the version
// that is published for them included.
func (s *situation) costOf(i int, n float64) float64 {
	price := s.charges[s.configurations[i]]
	typical := 0.0
	for _, logs := range s.logs {
		typical += s.means(i, logs[i], price).Cost / float64(len(s.logs))
	}
	return (n+1)*typical + price.Millisecond*s.init + price.Restore + price.Caching*ShortestCaching.Seconds()
}
