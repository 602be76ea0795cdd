package decide

import (
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
	"github.com/dualarch/dualarch/internal/tuner/trial"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// ranking is how the measured configurations compare. Whatever a verdict needs is looked up here once: rank gathers it,
// choose names the winner, and the methods in the other files of this package put it into the output.
type ranking struct {
	in        input.Input
	state     run.State
	objective explore.Objective
	samples   []tuning.Sample                          // all of them, with their cost
	exploring map[tuning.Configuration][]tuning.Sample // those taken to explore
	// ruledOut holds the configurations that failed or would fail, each with the failure that says so.
	ruledOut map[tuning.Configuration]tuning.Failure
	// explored is what adaptive exploration has come to; empty if everything was measured.
	explored   explore.Verdict
	candidates []candidate   // the measured configurations, by target and size
	largest    explore.Means // what balanced weighs shares of
	noise      float64       // of a confirming sandbox's mean
	winner     *candidate    // the strategy's choice among the sizes asked for; nil if none could be measured
	// otherBest is the size of the other architecture that is expected to be its best, measured or not; zero if there is
	// none. other is the same, nil if it was not measured.
	otherBest tuning.Configuration
	other     *candidate
	today     *candidate // what live traffic runs on; nil if it could not be measured
}

// candidate is a measured configuration.
type candidate struct {
	tuning.Configuration
	// cost and duration are what the strategies go by: the mean cost and the trimmed mean duration.
	cost, duration float64
	// asked is false for today's configuration if powerValues do not name it.
	asked bool
	// mixed reports that cold starts count among the samples although the strategy wants warm ones only.
	mixed bool
	// trial is what the confirmation saw of it.
	trial trial.Trial
	// prices are what its target's invocations cost in production.
	prices price.Prices
}

func (c candidate) means() explore.Means { return explore.Means{Cost: c.cost, Duration: c.duration} }

// rank compares what was measured. Samples need their cost.
func rank(in input.Input, s run.State, samples []tuning.Sample) *ranking {
	explorer := explorerFor(in, s)
	r := &ranking{
		in: in, state: s, objective: in.Objective(), samples: samples, exploring: map[tuning.Configuration][]tuning.Sample{},
		ruledOut: explorer.AllRuledOut(samples, s.Failures), explored: explorer.Verdict(samples, s.Failures),
	}
	confirming := map[tuning.Configuration][]tuning.Sample{}
	for _, sample := range samples {
		by := r.exploring
		if sample.Confirming {
			by = confirming
		}
		by[sample.Configuration] = append(by[sample.Configuration], sample)
	}
	shares := payloadShares(in, samples)
	r.noise = trial.Noise(samples, shares)
	for _, t := range s.Journal.Targets {
		asked, prices := in.ConfiguredSizes(t.Architecture), price.For(in.Terms, t.Priced())
		for _, size := range run.SizesOf(in, s.Journal, t) {
			c := tuning.Configuration{Architecture: t.Architecture, MemorySize: size}
			if _, out := r.ruledOut[c]; out || len(r.exploring[c]) == 0 {
				continue
			}
			basis, mixed := basisOf(in, r.exploring[c])
			r.candidates = append(r.candidates, candidate{
				Configuration: c,
				// The order of samples differs between steps, and with it the last bits of their sum: equal
				// costs have to be equal for both, or a winner would be named that was not confirmed.
				cost:     statistics.Significant(statistics.MeanCost(basis)),
				duration: tuning.TrimmedMean(statistics.Totals(basis), in.DiscardTopBottom),
				asked:    slices.Contains(asked, size), mixed: mixed,
				trial: trial.Of(confirming[c], shares), prices: prices,
			})
		}
	}
	r.choose(s.Journal.Today())
	return r
}

// basisOf returns the samples that cost and duration are computed from. For one target that is measured exhaustively
// they are all, as in AWS Lambda Power Tuning; otherwise the warm ones, so that it does not matter which of two targets
// happened to start more sandboxes. If only cold ones were seen, those count.
func basisOf(in input.Input, samples []tuning.Sample) (basis []tuning.Sample, mixed bool) {
	warm, cold := statistics.Split(samples)
	switch {
	case !in.SetsColdApart():
		return samples, false
	case len(warm) == 0:
		return cold, true
	}
	return warm, false
}

// choose finds the winner, the other architecture's best and today's configuration.
func (r *ranking) choose(today tuning.Configuration) {
	var means []explore.Means
	for _, c := range r.candidates {
		if c.asked {
			means = append(means, c.means())
		}
	}
	for _, e := range r.explored.Curve {
		means = append(means, explore.Means{Cost: e.Cost.Mean, Duration: e.Duration.Mean})
	}
	r.largest = explore.Largest(means)
	best := map[tuning.Architecture]*candidate{}
	for i := range r.candidates {
		c := &r.candidates[i]
		if c.Configuration == today {
			r.today = c
		}
		if !c.asked {
			continue
		}
		if b := best[c.Architecture]; b == nil || r.better(c, b) {
			best[c.Architecture] = c
		}
		if r.winner == nil || r.better(c, r.winner) {
			r.winner = c
		}
	}
	for architecture, c := range best {
		if r.winner.Architecture != architecture {
			r.otherBest = c.Configuration
		}
	}
	if expected := r.explored.OtherBest; r.winner != nil && expected.MemorySize > 0 && expected.Architecture != r.winner.Architecture {
		r.otherBest = expected // what was measured of an architecture that was soon given up says little of it
	}
	r.other = r.candidate(r.otherBest)
}

// better reports whether the strategy prefers a to b. Adaptive exploration has measured some configurations a few times
// only and knows more of them than their means; its ranking decides if it has one.
func (r *ranking) better(a, b *candidate) bool {
	if !r.adaptive() {
		return r.objective.Compare(a.means(), b.means(), r.largest) < 0
	}
	place := func(c *candidate) int {
		if i := slices.Index(r.explored.Ranking, c.Configuration); i >= 0 {
			return i
		}
		return len(r.explored.Ranking) // a budget ended before it had all payloads
	}
	return place(a) < place(b)
}

// adaptive reports whether adaptive exploration ranked the configurations, and not their means.
func (r *ranking) adaptive() bool { return len(r.explored.Ranking) > 0 }

// candidate returns a configuration's, or nil if it was not measured.
func (r *ranking) candidate(c tuning.Configuration) *candidate {
	i := slices.IndexFunc(r.candidates, func(d candidate) bool { return d.Configuration == c })
	if i < 0 {
		return nil
	}
	return &r.candidates[i]
}

// measured reports whether any size asked for of an architecture was measured.
func (r *ranking) measured(a tuning.Architecture) bool {
	return slices.ContainsFunc(r.candidates, func(c candidate) bool { return c.asked && c.Architecture == a })
}
