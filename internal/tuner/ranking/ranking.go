package ranking

import (
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/explorer"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
	"github.com/dualarch/dualarch/internal/tuner/trial"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// Ranking is how the measured configurations compare. Whatever the next round and the verdict need is looked up here
// once: Of gathers it, and choose names the winner.
type Ranking struct {
	Input     input.Input
	State     run.State
	objective explore.Objective
	Samples   []tuning.Sample                          // all of them, with their cost
	Exploring map[tuning.Configuration][]tuning.Sample // those taken to explore
	// RuledOut holds the configurations that failed or would fail, each with the failure that says so.
	RuledOut map[tuning.Configuration]tuning.Failure
	// Explored is what adaptive exploration has come to; empty if everything was measured.
	Explored   explore.Verdict
	Candidates []Candidate   // the measured configurations, by target and size
	largest    explore.Means // what balanced weighs shares of
	noise      float64       // of a confirming sandbox's mean
	Winner     *Candidate    // the strategy's choice among the sizes asked for; nil if none could be measured
	// OtherBest is the size of the other architecture that is expected to be its best, measured or not; zero if there is
	// none. Other is the same, nil if it was not measured.
	OtherBest tuning.Configuration
	Other     *Candidate
	Today     *Candidate // what live traffic runs on; nil if it could not be measured
}

// Candidate is a measured configuration.
type Candidate struct {
	tuning.Configuration
	// Cost and Duration are what the strategies go by: the mean cost and the trimmed mean duration.
	Cost, Duration float64
	// Asked is false for today's configuration if powerValues do not name it.
	Asked bool
	// Mixed reports that cold starts count among the samples although the strategy wants warm ones only.
	Mixed bool
	// Trial is what the confirmation saw of it.
	Trial trial.Trial
	// Prices are what its target's invocations cost in production.
	Prices price.Prices
}

// Means returns what the strategies compare.
func (c Candidate) Means() explore.Means { return explore.Means{Cost: c.Cost, Duration: c.Duration} }

// Of compares what was measured. Samples need their cost.
func Of(in input.Input, s run.State, samples []tuning.Sample) *Ranking {
	exploring := explorer.Of(in, s)
	r := &Ranking{
		Input: in, State: s, objective: explorer.Objective(in), Samples: samples, Exploring: map[tuning.Configuration][]tuning.Sample{},
		RuledOut: exploring.AllRuledOut(samples, s.Failures), Explored: exploring.Verdict(samples, s.Failures),
	}
	confirming := map[tuning.Configuration][]tuning.Sample{}
	for _, sample := range samples {
		by := r.Exploring
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
			if _, out := r.RuledOut[c]; out || len(r.Exploring[c]) == 0 {
				continue
			}
			basis, mixed := Basis(in, r.Exploring[c])
			r.Candidates = append(r.Candidates, Candidate{
				Configuration: c,
				// The order of samples differs between steps, and with it the last bits of their sum: equal
				// costs have to be equal for both, or a winner would be named that was not confirmed.
				Cost:     statistics.Significant(statistics.MeanCost(basis)),
				Duration: tuning.TrimmedMean(statistics.Totals(basis), in.DiscardTopBottom),
				Asked:    slices.Contains(asked, size), Mixed: mixed,
				Trial: trial.Of(confirming[c], shares), Prices: prices,
			})
		}
	}
	r.choose(s.Journal.Today())
	return r
}

// Basis returns the samples that cost and duration are computed from. For one target that is measured exhaustively
// they are all, as in AWS Lambda Power Tuning; otherwise the warm ones, so that it does not matter which of two targets
// happened to start more sandboxes. If only cold ones were seen, those count.
func Basis(in input.Input, samples []tuning.Sample) (basis []tuning.Sample, mixed bool) {
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
func (r *Ranking) choose(today tuning.Configuration) {
	var means []explore.Means
	for _, c := range r.Candidates {
		if c.Asked {
			means = append(means, c.Means())
		}
	}
	for _, e := range r.Explored.Curve {
		means = append(means, explore.Means{Cost: e.Cost.Mean, Duration: e.Duration.Mean})
	}
	r.largest = explore.Largest(means)
	best := map[tuning.Architecture]*Candidate{}
	for i := range r.Candidates {
		c := &r.Candidates[i]
		if c.Configuration == today {
			r.Today = c
		}
		if !c.Asked {
			continue
		}
		if b := best[c.Architecture]; b == nil || r.better(c, b) {
			best[c.Architecture] = c
		}
		if r.Winner == nil || r.better(c, r.Winner) {
			r.Winner = c
		}
	}
	for architecture, c := range best {
		if r.Winner.Architecture != architecture {
			r.OtherBest = c.Configuration
		}
	}
	if expected := r.Explored.OtherBest; r.Winner != nil && expected.MemorySize > 0 && expected.Architecture != r.Winner.Architecture {
		r.OtherBest = expected // what was measured of an architecture that was soon given up says little of it
	}
	r.Other = r.Candidate(r.OtherBest)
}

// better reports whether the strategy prefers a to b. Adaptive exploration has measured some configurations a few times
// only and knows more of them than their means; its ranking decides if it has one.
func (r *Ranking) better(a, b *Candidate) bool {
	if !r.Adaptive() {
		return r.objective.Compare(a.Means(), b.Means(), r.largest) < 0
	}
	place := func(c *Candidate) int {
		if i := slices.Index(r.Explored.Ranking, c.Configuration); i >= 0 {
			return i
		}
		return len(r.Explored.Ranking) // a budget ended before it had all payloads
	}
	return place(a) < place(b)
}

// Adaptive reports whether adaptive exploration ranked the configurations, and not their means.
func (r *Ranking) Adaptive() bool { return len(r.Explored.Ranking) > 0 }

// Candidate returns a configuration's, or nil if it was not measured.
func (r *Ranking) Candidate(c tuning.Configuration) *Candidate {
	i := slices.IndexFunc(r.Candidates, func(d Candidate) bool { return d.Configuration == c })
	if i < 0 {
		return nil
	}
	return &r.Candidates[i]
}

// Measured reports whether any size asked for of an architecture was measured.
func (r *Ranking) Measured(a tuning.Architecture) bool {
	return slices.ContainsFunc(r.Candidates, func(c Candidate) bool { return c.Asked && c.Architecture == a })
}

// Month returns what a month of the configuration costs in USD, by the confirmation's samples.
func (c Candidate) Month(invocations float64) float64 {
	return c.Prices.Month(c.MemorySize, statistics.Mean(c.Trial.Billed), invocations)
}
