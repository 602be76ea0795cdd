package ranking

import (
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/confirm"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// OnCurve returns what adaptive exploration makes of a configuration.
func (r *Ranking) OnCurve(c tuning.Configuration) (e explore.Estimate, ok bool) {
	i := slices.IndexFunc(r.Explored.Curve, func(e explore.Estimate) bool { return e.Configuration == c })
	if i < 0 {
		return explore.Estimate{}, false
	}
	return r.Explored.Curve[i], true
}

// HardlyBetter reports whether exploring expects the winner to be better than today's configuration by less than a
// change is worth: fresh samples hardly ever show more, and what does not change needs none.
func (r *Ranking) HardlyBetter() bool {
	if r.Winner == nil || r.Today == nil || r.Winner == r.Today {
		return false
	}
	winner, ok1 := r.OnCurve(r.Winner.Configuration)
	today, ok2 := r.OnCurve(r.Today.Configuration)
	return ok1 && ok2 && r.expected(winner) > r.expected(today)*(1-confirm.Margin/100.0)
}

// expected returns the strategy's measure of an estimate.
func (r *Ranking) expected(e explore.Estimate) float64 {
	return r.objective.Value(explore.Means{Cost: e.Cost.Mean, Duration: e.Duration.Mean}, r.largest)
}

// MemoryAlone reports whether the best of today's architecture is another way to be better than today's configuration.
func (r *Ranking) MemoryAlone() bool {
	return r.Other != nil && r.Other != r.Today && r.Winner.Architecture != r.Today.Architecture
}
