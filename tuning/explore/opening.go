package explore

import (
	"cmp"
	"math"
	"slices"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore/internal/belief"
	"github.com/dualarch/dualarch/tuning/explore/internal/feasible"
	"github.com/dualarch/dualarch/tuning/explore/terms"
)

// anchors are the memory sizes (MB) to begin with, on the architectures in the order of their price: two of the cheaper
// one and one of the other, so that three configurations tell the slope, the level and the difference between the
// architectures. The largest of the default sizes is among them, because what a model does not expect of large sizes it
// never sees on small ones; if duration counts, of both architectures or of the one that the model would soon give up.
// For strategy speed the largest size asked for stands in for it if that is larger: threads that follow the memory size
// show only there, and the fastest may be anywhere up to it.
var anchors = map[tuning.Strategy][3]float64{
	tuning.Cost:     {128, largestAnchor, 256},
	tuning.Balanced: {512, 2048, largestAnchor},
	tuning.Speed:    {512, largestAnchor, largestAnchor},
}

// largestAnchor is the largest of the anchors, in MB.
const largestAnchor = 3008

// opening returns the first round: today's configuration and the anchors, or what is still missing of them after some
// have failed.
func (a Adaptive) opening(samples []tuning.Sample, failures []tuning.Failure) []tuning.Measurement {
	candidates := a.grid().Candidates(samples, failures)
	var wanted []tuning.Configuration
	if _, out := RuledOut(a.Today, failures); !out && a.Today.MemorySize > 0 {
		wanted = append(wanted, a.Today)
	}
	order := slices.Clone(a.Architectures)
	slices.SortStableFunc(order, func(x, y tuning.Architecture) int {
		return cmp.Compare(a.pricePerMB(x), a.pricePerMB(y))
	})
	sizes := anchors[a.Objective.Strategy]
	for i, architecture := range []tuning.Architecture{order[0], order[0], order[len(order)-1]} {
		if slices.Contains(candidates, a.Today) && a.Today.Architecture == architecture && math.Abs(math.Log2(float64(a.Today.MemorySize)/sizes[i])) <= belief.LengthScale {
			continue // today's tells as much
		}
		size := sizes[i]
		if a.Objective.Strategy == tuning.Speed && size == largestAnchor && len(a.Sizes[architecture]) > 0 {
			size = max(size, float64(slices.Max(a.Sizes[architecture])))
		}
		if b := feasible.BoundaryOf(architecture, samples, failures); size <= float64(b.Failed) {
			if feasible.Works(architecture, samples) {
				continue // the size from which it works is not worth more rounds than what is learnt from them
			}
			size = 2 * float64(b.Failed)
		}
		if feasible.OnlyFailures(architecture, samples, failures) {
			size = float64(slices.Max(a.Sizes[architecture])) // it alone tells whether memory is what is missing
		}
		if c, found := nearest(candidates, architecture, size); found {
			wanted = union(wanted, c)
		}
	}
	measured := map[tuning.Configuration]bool{}
	for _, s := range samples {
		measured[s.Configuration] = measured[s.Configuration] || !s.Confirming
	}
	// If today's is off the grid and nothing else was left of the anchors, something has to be measured that may win.
	if !slices.ContainsFunc(candidates, func(c tuning.Configuration) bool { return measured[c] || slices.Contains(wanted, c) }) {
		if c, found := nearest(candidates, a.Today.Architecture, float64(a.Today.MemorySize)); found {
			wanted = union(wanted, c)
		}
	}
	var next []tuning.Measurement
	count := terms.OpeningSamples
	if len(measured) > 0 {
		count = minSamples
	}
	for _, c := range wanted {
		if !measured[c] {
			next = append(next, tuning.Measurement{Configuration: c, Samples: terms.WholeCycles(count, a.Cycle)})
			count = minSamples
		}
	}
	return next
}

// WorstOpening returns the most invocations that the first round can take if one pass over the payloads takes cycle
// samples.
func WorstOpening(cycle int) int { return terms.WorstOpening(cycle) }

// WorstOpeningCost returns the most that the first round can cost, in USD.
func (a Adaptive) WorstOpeningCost() float64 { return a.worstOpening(a.needed).Cost }

// WorstOpeningSnapshots returns how much of that is for its versions' snapshots.
func (a Adaptive) WorstOpeningSnapshots() float64 {
	return a.WorstOpeningCost() - a.worstOpening(a.Reserved).Cost
}

func (a Adaptive) worstOpening(of func(tuning.Measurement) Spending) Spending {
	var sum Spending
	for _, m := range a.opening(nil, nil) {
		sum = sum.Plus(of(m))
	}
	return sum
}

func (a Adaptive) cycle() int { return max(1, a.Cycle) }

// pricePerMB returns an architecture's price for a millisecond and MB.
func (a Adaptive) pricePerMB(architecture tuning.Architecture) float64 {
	for _, size := range a.Sizes[architecture] {
		return a.Prices[tuning.Configuration{Architecture: architecture, MemorySize: size}].Millisecond / float64(size)
	}
	return math.Inf(1)
}

// nearest returns an architecture's configuration whose size comes closest to the given one, by ratio.
func nearest(candidates []tuning.Configuration, architecture tuning.Architecture, size float64) (tuning.Configuration, bool) {
	best, distance := tuning.Configuration{}, math.Inf(1)
	for _, c := range candidates {
		if d := math.Abs(math.Log(float64(c.MemorySize) / size)); c.Architecture == architecture && d < distance {
			best, distance = c, d
		}
	}
	return best, !math.IsInf(distance, 1)
}

// union returns a list that holds the configuration once.
func union(all []tuning.Configuration, c tuning.Configuration) []tuning.Configuration {
	if slices.Contains(all, c) {
		return all
	}
	return append(slices.Clone(all), c)
}
