package explore

import (
	"cmp"
	"math"
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

// Verdict is what an explorer makes of all samples.
type Verdict struct {
	// Ranking holds the measured configurations that were asked for, the winner first. It is empty if the explorer has
	// measured everything and leaves the choice to the measured means.
	Ranking []tuning.Configuration
	// WithinOne is the probability that the winner is within 1 % of the best there is to measure.
	WithinOne float64
	// Open holds configurations that may well be more than 1 % better than the winner, the likeliest first.
	Open []tuning.Configuration
	// Missed is by how much the best may be better than the winner, as a share of the winner's cost or
	// duration: the 95 % quantile, which never reaches 1.
	Missed float64
	// OtherBest is the size of the architecture that the winner is not of that is expected to be its best. It was not
	// measured if another is expected to be better than all that were by 1 % or more. Zero if none can be measured.
	OtherBest tuning.Configuration
	// OtherHopeless reports that no size of the architecture that the winner is not of would be better than the winner,
	// with more than a 2 % chance for any, even if it happened to be measured on hosts slower by a twentieth.
	OtherHopeless bool
	// Spent reports that the budget ended exploring before the winner was certain enough.
	Spent bool
	// Curve holds estimates of every configuration asked for, by architecture and size, except those ruled out.
	Curve []Estimate
}

// Estimate is what is believed of one configuration.
type Estimate struct {
	tuning.Configuration
	// Measured reports whether a sample was taken there.
	Measured       bool
	Cost, Duration Band // USD; ms, trimmed as the objective says
}

// Band is an estimate and the 95 % interval around it.
type Band struct{ Mean, Low, High float64 }

const (
	// asGoodAs is the share that the winner may miss the best by and still be called as good.
	asGoodAs = 0.01
	// credibility of bands and of what may have been missed.
	credibility = 0.95
	// openProbability is the probability of being better by more than asGoodAs from which a configuration is open.
	openProbability = 0.05
)

// Verdict ranks the measured configurations by what is believed of them, and says what else may be better.
func (a Adaptive) Verdict(samples []tuning.Sample, failures []tuning.Failure) Verdict {
	s := a.situation(samples, failures)
	if s == nil {
		return Verdict{}
	}
	wanted := a.wanted(s, samples, failures)
	v := Verdict{
		Ranking: s.ranking(a.Today), Curve: s.curve(a.Architectures),
		Spent: len(wanted) > 0 && len(a.afford(wanted, samples)) == 0,
	}
	if len(v.Ranking) == 0 { // what has samples has failed since
		return Verdict{}
	}
	winner := slices.Index(s.Configurations, v.Ranking[0])
	s.certainty(&v, winner)
	if other, known := s.otherBest(winner); known {
		v.OtherBest = s.Configurations[other]
	}
	v.OtherHopeless = s.otherHopeless(winner)
	return v
}

// ranking orders the measured configurations, the best first. What runs today is ahead of what is hardly better: a
// change for so little is never advised, and so there is one configuration less to confirm.
func (s *situation) ranking(today tuning.Configuration) []tuning.Configuration {
	value := func(i int) float64 {
		if s.Configurations[i] == today {
			return s.expected[i] * (1 - asGoodAs)
		}
		return s.expected[i]
	}
	var order []int
	for i, c := range s.Configurations {
		switch {
		case !s.asked[i] || !s.Measured(i):
		case c == today:
			order = slices.Insert(order, 0, i) // if prices are 0 nothing else tells it from the rest
		default:
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(value(i), value(j)) })
	all := make([]tuning.Configuration, len(order))
	for at, i := range order {
		all[at] = s.Configurations[i]
	}
	return all
}

// certainty fills in how certain the winner is.
func (s *situation) certainty(v *Verdict, winner int) {
	missed := make([]float64, len(s.values))
	within := 0
	for d := range s.values {
		// If prices are 0, both may be; then none is better.
		if value, best := s.values[d][winner], s.best(d); best < value {
			missed[d] = 1 - best/value
		}
		if s.values[d][winner] <= s.best(d)*(1+asGoodAs) {
			within++
		}
	}
	slices.Sort(missed)
	v.WithinOne, v.Missed = float64(within)/float64(len(missed)), quantile(missed, credibility)
	better := make([]float64, len(s.Configurations))
	var open []int
	for i := range s.Configurations {
		for d := range s.values {
			if s.values[d][i]*(1+asGoodAs) < s.values[d][winner] {
				better[i] += 1 / float64(len(s.values))
			}
		}
		if s.asked[i] && better[i] > openProbability {
			open = append(open, i)
		}
	}
	slices.SortStableFunc(open, func(i, j int) int { return cmp.Compare(better[j], better[i]) })
	for _, i := range open {
		v.Open = append(v.Open, s.Configurations[i])
	}
}

// chance is the probability that one configuration, if its values were so many times as large, is better than another.
func (s *situation) chance(i, than int, times float64) float64 {
	better := 0
	for d := range s.values {
		if s.values[d][i]*times < s.values[d][than] {
			better++
		}
	}
	return float64(better) / float64(len(s.values))
}

// curve returns estimates of cost and duration of all configurations asked for.
func (s *situation) curve(architectures []tuning.Architecture) []Estimate {
	var all []Estimate
	for _, a := range architectures {
		for i, c := range s.Configurations {
			if !s.asked[i] || c.Architecture != a {
				continue
			}
			costs, durations := make([]float64, len(s.Draws)), make([]float64, len(s.Draws))
			for d := range s.Draws {
				m := s.means(i, d, s.prices)
				costs[d], durations[d] = m.Cost, m.Duration
			}
			all = append(all, Estimate{Configuration: c, Measured: s.Measured(i), Cost: band(costs), Duration: band(durations)})
		}
	}
	return all
}

func band(values []float64) Band {
	slices.Sort(values)
	return Band{Mean: tuning.TrimmedMean(values, 0), Low: quantile(values, (1-credibility)/2), High: quantile(values, (1+credibility)/2)}
}

// quantile returns the smallest of ascending values that at least that share of them does not exceed.
func quantile(sorted []float64, share float64) float64 {
	return sorted[max(0, int(math.Ceil(share*float64(len(sorted))))-1)]
}
