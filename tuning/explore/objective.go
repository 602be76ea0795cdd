package explore

import (
	"cmp"
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

// Objective is what a strategy makes of costs and durations. Whatever judges configurations asks it, so
// that exploring, confirming and the verdict mean the same.
type Objective struct {
	Strategy tuning.Strategy
	// Weight is balanced's: 0, only speed counts, to 1, only cost counts.
	Weight float64
	// Trim is the share of samples left out at each end of a mean duration. Costs are never trimmed.
	Trim float64
}

// Means are one configuration's mean cost (USD) and trimmed mean duration (ms).
type Means struct{ Cost, Duration float64 }

// Largest are the largest cost and the largest duration of all: balanced weighs shares of them, as AWS
// Lambda Power Tuning does.
func Largest(all []Means) Means {
	var largest Means
	for _, m := range all {
		largest.Cost, largest.Duration = max(largest.Cost, m.Cost), max(largest.Duration, m.Duration)
	}
	return largest
}

// Value is what the strategy makes of a configuration; the smaller, the better.
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

// Compare orders two configurations by the strategy, the better first; of two that are equally good the
// cheaper one, or for strategy cost the faster one.
func (o Objective) Compare(a, b, largest Means) int {
	byCost, byDuration := cmp.Compare(a.Cost, b.Cost), cmp.Compare(a.Duration, b.Duration)
	if o.Strategy == tuning.Speed || o.Strategy == tuning.Balanced {
		byDuration = 0
	}
	return cmp.Or(cmp.Compare(o.Value(a, largest), o.Value(b, largest)), byCost, byDuration)
}

// TrimmedMean leaves out the given share of the values at both ends, rounded down to whole values: the
// arithmetic of AWS Lambda Power Tuning, in its order of adding up. It is 0 where there are no values.
func TrimmedMean(values []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	discarded := int(float64(len(sorted)) * share)
	sorted = sorted[discarded : len(sorted)-discarded]
	if len(sorted) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range sorted {
		sum += v
	}
	return sum / float64(len(sorted))
}
