package explore

import (
	"cmp"

	"github.com/dualarch/dualarch/tuning"
)

// Objective is what a strategy makes of costs and durations. Whatever judges configurations asks it, so that exploring,
// confirming and the verdict mean the same.
type Objective struct {
	Strategy tuning.Strategy
	// Weight is that of cost with strategy balanced: from 0 (only speed counts) to 1 (only cost counts).
	Weight float64
	// Trim is the share of samples left out at each end of a mean duration. Costs are never trimmed.
	Trim float64
}

// Means are one configuration's mean cost (USD) and trimmed mean duration (ms).
type Means struct{ Cost, Duration float64 }

// Largest returns the largest cost and the largest duration of all: balanced weighs shares of them, as AWS Lambda Power
// Tuning does.
func Largest(all []Means) Means {
	var largest Means
	for _, m := range all {
		largest.Cost, largest.Duration = max(largest.Cost, m.Cost), max(largest.Duration, m.Duration)
	}
	return largest
}

// Value returns what the strategy makes of a configuration; the smaller, the better.
func (o Objective) Value(m, largest Means) float64 {
	switch o.Strategy {
	case tuning.Speed:
		return m.Duration
	case tuning.Balanced:
		return o.Weight*share(m.Cost, largest.Cost) + (1-o.Weight)*share(m.Duration, largest.Duration)
	}
	return m.Cost
}

func share(v, largest float64) float64 {
	if largest == 0 {
		return 0
	}
	return v / largest
}

// Compare orders two configurations by the strategy, the better first; of two that are equally good the cheaper one, or
// for strategy cost the faster one.
func (o Objective) Compare(a, b, largest Means) int {
	byCost, byDuration := cmp.Compare(a.Cost, b.Cost), cmp.Compare(a.Duration, b.Duration)
	if o.Strategy == tuning.Speed || o.Strategy == tuning.Balanced {
		byDuration = 0
	}
	return cmp.Or(cmp.Compare(o.Value(a, largest), o.Value(b, largest)), byCost, byDuration)
}
