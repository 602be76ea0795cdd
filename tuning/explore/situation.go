package explore

import (
	"math"
	"slices"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore/internal/belief"
	"github.com/dualarch/dualarch/tuning/explore/internal/feasible"
)

// situation is what a decision is made from: draws of the objective over all configurations that can be measured, and
// the incumbent, the best of those that have been. Configurations go by their index.
type situation struct {
	*belief.Posterior
	prices  []Price // what the winner is chosen by, by configuration
	charged []Price // what the run pays
	// asked reports, by configuration, whether it may win: today's may not if it is off the grid.
	asked []bool
	// values are the objective's, by draw and configuration; infinite if it does not work in that draw.
	values [][]float64
	// expected are their means, by configuration.
	expected  []float64
	incumbent int
	init      float64 // what a cold start is billed beyond a warm call, in ms
	cycle     int
	overhead  Overhead
	// typical is what an invocation costs the run, and takes, by configuration.
	typical []Means
	// tolerance is the gain, as a share, below which an ordinary round is not worth its money.
	tolerance float64
}

// situation sums up what is known; nil before there is anything to choose from.
func (a Adaptive) situation(samples []tuning.Sample, failures []tuning.Failure) *situation {
	observations := belief.Observe(samples, a.Objective.Trim)
	if len(observations) == 0 {
		return nil
	}
	candidates := a.grid().Candidates(samples, failures)
	all := candidates
	if _, out := RuledOut(a.Today, failures); !out && a.Today.MemorySize > 0 {
		all = union(candidates, a.Today)
	}
	if len(all) == 0 { // what has samples has failed since, as everything else
		return nil
	}
	s := &situation{
		Posterior: belief.NewPosterior(all, observations, a.Seed),
		cycle:     a.cycle(), overhead: a.Overhead, init: initialisation(samples), tolerance: tolerances[a.Objective.Strategy], incumbent: -1,
	}
	boundaries := map[tuning.Architecture]feasible.Boundary{}
	for _, architecture := range a.Architectures {
		boundaries[architecture] = feasible.BoundaryOf(architecture, samples, failures)
	}
	works := make([]float64, len(all))
	for i, c := range all {
		s.prices, s.charged = append(s.prices, a.Prices[c]), append(s.charged, a.charged(c))
		s.asked = append(s.asked, slices.Contains(candidates, c))
		if works[i] = 1; !s.Measured(i) {
			works[i] = boundaries[c.Architecture].Probability(c.MemorySize)
		}
	}
	s.evaluate(a.Objective, works)
	s.typical = make([]Means, len(all))
	for i := range all {
		for d := range s.Draws {
			m := s.means(i, d, s.charged)
			s.typical[i].Cost += m.Cost / float64(len(s.Draws))
			s.typical[i].Duration += m.Duration / float64(len(s.Draws))
		}
	}
	for i := range all {
		if s.asked[i] && s.Measured(i) && (s.incumbent < 0 || s.expected[i] < s.expected[s.incumbent]) {
			s.incumbent = i
		}
	}
	if s.incumbent < 0 {
		return nil
	}
	return s
}

// goldenRatio spreads its multiples evenly over each unit: in every draw sizes begin to work somewhere else.
const goldenRatio = 1.618033988749895

// evaluate turns draws of durations into draws of the objective. works is the probability that a configuration works.
func (s *situation) evaluate(o Objective, works []float64) {
	s.values = make([][]float64, len(s.Draws))
	s.expected = make([]float64, len(s.Configurations))
	means, asked := make([]Means, len(s.Configurations)), make([]Means, 0, len(s.Configurations))
	for d := range s.Draws {
		asked = asked[:0]
		for i := range means {
			means[i] = s.means(i, d, s.prices)
			if s.asked[i] {
				asked = append(asked, means[i])
			}
		}
		largest := Largest(asked)
		s.values[d] = make([]float64, len(means))
		for i, m := range means {
			s.values[d][i] = o.Value(m, largest)
			if _, at := math.Modf(float64(d) * goldenRatio); at >= works[i] {
				s.values[d][i] = math.Inf(1)
			}
			s.expected[i] += s.values[d][i] / float64(len(s.Draws))
		}
	}
}

// means returns a configuration's mean cost and trimmed mean duration in a draw.
func (s *situation) means(i, draw int, prices []Price) Means {
	price, call := prices[i], s.Call(i, draw)
	m := Means{Cost: price.Invocation + price.Millisecond*call.Billed, Duration: call.Duration}
	if call.Cold {
		m.Cost += price.Restore
	}
	return m
}

// best returns the smallest value of a draw among the configurations that may win.
func (s *situation) best(draw int) float64 {
	best := s.values[draw][s.incumbent]
	for i, v := range s.values[draw] {
		if s.asked[i] {
			best = min(best, v)
		}
	}
	return best
}

// initialisation returns what cold starts were billed beyond their handler's time, in ms, on average.
func initialisation(samples []tuning.Sample) float64 {
	var beyond []float64
	for _, s := range samples {
		if s.Cold && !s.Confirming {
			beyond = append(beyond, s.InitDuration+s.BilledRestoreDuration)
		}
	}
	return tuning.TrimmedMean(beyond, 0) // which sorts before it adds up
}
