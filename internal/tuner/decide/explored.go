package decide

import (
	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
	"github.com/dualarch/dualarch/tuning"
)

// exploration describes what adaptive exploration has come to; nil if everything was measured.
func (r ranked) exploration() *tuning.Explored {
	if !r.Adaptive() {
		return nil
	}
	v := r.Explored
	e := &tuning.Explored{
		Method: tuning.Adaptive, Measured: len(v.Ranking), Certainty: statistics.Rounded(v.WithinOne),
		OpenPercent: statistics.Rounded(100 * v.Missed), BudgetSpent: v.Spent || r.endedExploring(),
	}
	for _, t := range r.State.Journal.Targets {
		e.Sizes += len(r.Input.ConfiguredSizes(t.Architecture))
	}
	for _, c := range v.Open {
		e.Open = append(e.Open, tuning.OpenConfiguration{Architecture: c.Architecture, Power: c.MemorySize})
	}
	e.Text = phrase.Advice{Strategy: r.Input.Strategy}.Explored(*e, r.Winner.Configuration)
	return e
}

// endedExploring reports whether the run's time ended exploring.
func (r ranked) endedExploring() bool {
	return r.State.OutOfTime != nil && r.State.OutOfTime.Phase == run.PhaseExplore
}

// curve returns adaptive exploration's estimates as the output shows them.
func (r ranked) curve() []tuning.CurvePoint {
	var all []tuning.CurvePoint
	for _, e := range r.Explored.Curve {
		all = append(all, tuning.CurvePoint{
			Architecture: e.Architecture, Power: e.MemorySize, Estimated: !e.Measured,
			Cost: statistics.Approximate(e.Cost.Mean), CostLow: statistics.Approximate(e.Cost.Low), CostHigh: statistics.Approximate(e.Cost.High),
			Duration: statistics.Approximate(e.Duration.Mean), DurationLow: statistics.Approximate(e.Duration.Low), DurationHigh: statistics.Approximate(e.Duration.High),
		})
	}
	return all
}
