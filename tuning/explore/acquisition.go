package explore

import (
	"cmp"
	"math"
	"slices"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore/internal/belief"
	"github.com/dualarch/dualarch/tuning/explore/terms"
)

// LargestRound is the most configurations that a round asks for.
const LargestRound = 32

const (
	// roundSize is the most configurations that a later round asks for although it would not be cheaper to ask for more at
	// once. If the choice is still open after manySizes of them, it is manyRoundSize: each round costs time.
	roundSize, manySizes, manyRoundSize = 2, 6, 4
	// minSamples and maxSamples bound what is asked of a configuration at once.
	minSamples, maxSamples = 1, 8
	// targetStdErr is the standard error that the first samples of a configuration aim at.
	targetStdErr = 0.045
	// worthwhileShare is the part of the best proposal's score below which another is not worth its money.
	worthwhileShare = 0.75
)

// next returns the next round if money were no object: what has to be checked first, then what promises most for its
// price; nothing once the incumbent is good enough and has been checked.
func (s *situation) next() []tuning.Measurement {
	scores := make([]float64, len(s.Configurations))
	order := make([]int, 0, len(scores))
	for i := range scores {
		if s.asked[i] {
			scores[i] = s.score(i)
			order = append(order, i)
		}
	}
	byScore := func(i, j int) int { return cmp.Compare(scores[j], scores[i]) }
	checks := s.checks()
	slices.SortStableFunc(order, byScore)
	slices.SortStableFunc(checks, byScore)
	size, least := roundSize, worthwhileShare
	if s.Measurements() >= manySizes {
		size, least = manyRoundSize, 0
	}
	next := checks[:min(len(checks), size)]
	best := slices.Clone(next)
	for _, i := range order {
		if len(best) < size && !slices.Contains(best, i) && scores[i] > 0 && scores[i] >= least*scores[order[0]] {
			best = append(best, i)
		}
	}
	if best = s.withAllThatIsCheap(best, order); s.worthIt(best) {
		next = best
	}
	var all []tuning.Measurement
	for _, i := range next {
		all = append(all, tuning.Measurement{Configuration: s.Configurations[i], Samples: s.samplesOf(i)})
	}
	return all
}

// withAllThatIsCheap adds to a round all that may still win, if measuring it costs less than another round would beside
// its samples.
func (s *situation) withAllThatIsCheap(round, order []int) []int {
	left, price := slices.Clone(round), 0.0
	for _, i := range order {
		if !s.Measured(i) && !slices.Contains(round, i) && s.couldWin(i) {
			left = append(left, i)
			price += s.overhead.Version + s.costOf(i, float64(s.samplesOf(i)))
		}
	}
	if len(round) == 0 || price >= s.overhead.Round {
		return round
	}
	return left[:min(len(left), LargestRound)]
}

// score returns what a configuration promises over the root of what it costs.
func (s *situation) score(i int) float64 {
	n := float64(s.samplesOf(i))
	score, _ := s.worth(i, n)
	if cost := s.costOf(i, n); cost > 0 {
		return score / math.Sqrt(cost)
	}
	return score
}

// worth returns a configuration's expected gain over the incumbent, and that times the share of its variance that samples
// would take away.
func (s *situation) worth(i int, n float64) (worth, gain float64) {
	for d := range s.values {
		gain += math.Max(0, s.values[d][s.incumbent]-s.rival(d, i)) / float64(len(s.values))
	}
	remaining := s.Noise(i)/n + belief.HostStdDev*belief.HostStdDev
	return gain * s.Variances[i] / (s.Variances[i] + remaining), gain
}

// rival returns what the incumbent may lose to if more is known of a configuration: that one or, if it is the incumbent
// itself, the best.
func (s *situation) rival(draw, i int) float64 {
	if i == s.incumbent {
		return s.best(draw)
	}
	return s.values[draw][i]
}

// samplesOf returns how many samples to ask of a configuration: at first as many as the noise requires, later as many
// again as there are, in whole passes over the payloads.
func (s *situation) samplesOf(i int) int {
	n := int(math.Ceil(s.Noise(i) / (targetStdErr * targetStdErr)))
	if s.Measured(i) {
		n = s.Samples(i)
	}
	return terms.WholeCycles(min(max(n, minSamples), maxSamples), s.cycle)
}

// costOf returns what n samples of a configuration are expected to cost, with the cold start before them and the snapshot
// that is taken for them.
func (s *situation) costOf(i int, n float64) float64 {
	price := s.charged[i]
	return (n+1)*s.typical[i].Cost + price.Millisecond*s.init + price.Restore + price.Caching*ShortestCaching.Seconds()
}

// priceOf returns what a round is expected to cost that takes the usual samples of some configurations.
func (s *situation) priceOf(round []int) float64 { return s.price(round, s.samplesOf) }

// everything returns what it would cost to measure all configurations exhaustively.
func (s *situation) everything() float64 {
	all := make([]int, len(s.Configurations))
	for i := range all {
		all[i] = i
	}
	return s.price(all, func(int) int { return exhaustiveSamples * s.cycle })
}

// price returns what a round is expected to cost, with all that comes with it.
func (s *situation) price(round []int, samples func(int) int) float64 {
	sum, slowest := s.overhead.Round, 0.0
	for _, i := range round {
		n := float64(samples(i))
		sum += s.overhead.Version + s.costOf(i, n)
		slowest = max(slowest, (n+1)*s.typical[i].Duration+s.init)
	}
	return sum + s.overhead.Waiting*slowest
}
