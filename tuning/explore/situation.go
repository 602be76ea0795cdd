package explore

import (
	"math"

	"github.com/dualarch/dualarch/tuning"
)

// situation is what a decision is made from: the posterior of the objective over all configurations that
// can be measured, and the incumbent, the best of those that have been.
type situation struct {
	*posterior
	prices  map[tuning.Configuration]Price
	charges map[tuning.Configuration]Price // what the run pays
	// asked says that a configuration may win: today's may not where it is off the grid.
	asked []bool
	// values are the objective's, by draw and configuration; infinite where it does not work in that draw.
	values [][]float64
	// expected are their means.
	expected  []float64
	incumbent int
	init      float64 // what a cold start is billed beyond a warm call, in ms
	cycle     int
	enough    float64 // expected regret at which exploring ends
}

// situation sums up what is known; nil before there is anything to choose from.
func (a Adaptive) situation(samples []tuning.Sample, failures []tuning.Failure) *situation {
	seen := observe(samples, a.Objective.Trim)
	if len(seen) == 0 {
		return nil
	}
	candidates := a.candidates(samples, failures)
	all := candidates
	if _, failed := RuledOut(a.Today, failures); !failed && a.Today.MemorySize > 0 {
		all = union(candidates, a.Today)
	}
	s := &situation{posterior: newPosterior(all, seen, a.Seed), prices: a.Prices, charges: map[tuning.Configuration]Price{}, cycle: max(1, a.Cycle), init: initialisation(samples), enough: enough[a.Objective.Strategy]}
	s.asked = make([]bool, len(all))
	for i, c := range all {
		s.charges[c] = a.charged(c)
		for _, d := range candidates {
			s.asked[i] = s.asked[i] || c == d
		}
	}
	boundaries := map[tuning.Architecture]boundary{}
	for _, architecture := range a.Architectures {
		boundaries[architecture] = boundaryOf(architecture, samples, failures)
	}
	s.evaluate(a.Objective, boundaries)
	s.incumbent = -1
	for i := range all {
		if s.asked[i] && s.measured(i) && (s.incumbent < 0 || s.expected[i] < s.expected[s.incumbent]) {
			s.incumbent = i
		}
	}
	if s.incumbent < 0 {
		return nil
	}
	return s
}

func (s *situation) measured(i int) bool {
	_, ok := s.seen[s.configurations[i]]
	return ok
}

// goldenRatio spreads its multiples evenly over each unit: in every draw sizes begin to work somewhere else.
const goldenRatio = 1.618033988749895

// evaluate turns draws of durations into draws of the objective.
func (s *situation) evaluate(o Objective, boundaries map[tuning.Architecture]boundary) {
	odds := make([]float64, len(s.configurations))
	for i, c := range s.configurations {
		if odds[i] = 1; !s.measured(i) {
			odds[i] = boundaries[c.Architecture].odds(c.MemorySize)
		}
	}
	s.values = make([][]float64, len(s.logs))
	s.expected = make([]float64, len(s.configurations))
	means, asked := make([]Means, len(s.configurations)), make([]Means, 0, len(s.configurations))
	for d, logs := range s.logs {
		asked = asked[:0]
		for i, l := range logs {
			means[i] = s.means(i, l, s.prices[s.configurations[i]])
			if s.asked[i] {
				asked = append(asked, means[i])
			}
		}
		largest := Largest(asked)
		s.values[d] = make([]float64, len(means))
		for i, m := range means {
			s.values[d][i] = o.Value(m, largest)
			if _, at := math.Modf(float64(d) * goldenRatio); at >= odds[i] {
				s.values[d][i] = math.Inf(1)
			}
			s.expected[i] += s.values[d][i] / float64(len(s.logs))
		}
	}
}

// best is the smallest value of a draw among the configurations that may win.
func (s *situation) best(draw int) float64 {
	best := s.values[draw][s.incumbent]
	for i, v := range s.values[draw] {
		if s.asked[i] {
			best = min(best, v)
		}
	}
	return best
}

// expectedRegret is by how much the incumbent is expected to miss the best, as a share.
func (s *situation) expectedRegret() float64 {
	if s.expected[s.incumbent] == 0 {
		return 0 // where nothing costs anything, nothing is cheaper
	}
	missed := 0.0
	for d := range s.values {
		missed += s.values[d][s.incumbent] - s.best(d)
	}
	return missed / float64(len(s.values)) / s.expected[s.incumbent]
}

// initialisation is what cold starts were billed beyond their handler's time, in ms, on average.
func initialisation(samples []tuning.Sample) float64 {
	var beyond []float64
	for _, s := range samples {
		if s.Cold && !s.Confirming {
			beyond = append(beyond, s.InitDuration+s.BilledRestoreDuration)
		}
	}
	return TrimmedMean(beyond, 0) // which adds up in an order of its own
}
