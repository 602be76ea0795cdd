package explore

import (
	"math"
	"slices"
	"time"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore/terms"
)

// Budget is the most that exploring may spend; 0 is no limit.
type Budget struct {
	Spending
	// Longest is the longest that an invocation of an architecture's function can be billed for, in ms.
	Longest map[tuning.Architecture]float64
	// Prices are what the run is charged for its invocations and versions, if that differs from Adaptive's Prices.
	Prices map[tuning.Configuration]Price
	// Snapshots is what the run is charged for caching the snapshots of the versions it has explored with, in USD.
	Snapshots float64
	// Unsampled is what invocations spent, at their worst, that gave no sample: they failed, or their answer was lost.
	Unsampled Spending
}

// Spending is what invocations spend.
type Spending = terms.Spending

// Unlimited is more invocations than any run makes.
const Unlimited = terms.Unlimited

// ShortestCaching is the shortest time that AWS charges for caching a published version's snapshot, even if the version
// is deleted at once.
const ShortestCaching = terms.ShortestCaching

// Left returns the budget less what exploring has spent.
func (b Budget) Left(samples []tuning.Sample) Spending {
	left := b.Spending
	if left.Invocations == 0 {
		left.Invocations = Unlimited
	}
	if left.Cost == 0 {
		left.Cost = math.Inf(1)
	}
	return left.Minus(b.Unsampled).Minus(Spending{Cost: b.Snapshots}).Minus(exploring(samples))
}

// exploring returns what those samples spent that were not taken to confirm a winner.
func exploring(samples []tuning.Sample) Spending {
	var costs []float64
	for _, s := range samples {
		if !s.Confirming {
			costs = append(costs, s.Charge())
		}
	}
	slices.Sort(costs) // the samples' order must not show, not even in the last bit
	spent := Spending{Invocations: len(costs)}
	for _, c := range costs {
		spent.Cost += c
	}
	return spent
}

// charged returns the prices that the run is charged at a configuration.
func (a Adaptive) charged(c tuning.Configuration) Price {
	if price, ok := a.Budget.Prices[c]; ok {
		return price
	}
	return a.Prices[c]
}

// Worst returns what one invocation spends that is a cold start and runs until its time-out.
func (a Adaptive) Worst(c tuning.Configuration) Spending {
	price := a.charged(c)
	return Spending{Invocations: 1, Cost: price.Invocation + price.Millisecond*a.Budget.Longest[c.Architecture] + price.Restore}
}

// Reserved returns the most that a measurement's invocations can spend: each of its samples is a cold start first.
func (a Adaptive) Reserved(m tuning.Measurement) Spending {
	return a.Worst(m.Configuration).Times(2 * m.Samples)
}

// needed returns the most that a measurement can spend, with the version that is published for it: its snapshot is
// cached for as long as the invocations may take, one after the other.
func (a Adaptive) needed(m tuning.Measurement) Spending {
	invoked := time.Duration(float64(2*m.Samples) * a.Budget.Longest[m.Architecture] * float64(time.Millisecond))
	cached := a.charged(m.Configuration).Caching * max(ShortestCaching, invoked).Seconds()
	return a.Reserved(m).Plus(Spending{Cost: cached})
}

// afford cuts a round down to what the budget allows even if all goes badly.
func (a Adaptive) afford(wanted []tuning.Measurement, samples []tuning.Sample) []tuning.Measurement {
	left := a.Budget.Left(samples)
	var reserved Spending
	var all []tuning.Measurement
	for _, m := range wanted {
		for m.Samples > 0 && !left.Covers(reserved.Plus(a.needed(m))) {
			m.Samples -= a.cycle()
		}
		if m.Samples > 0 {
			reserved = reserved.Plus(a.needed(m))
			all = append(all, m)
		}
	}
	return all
}
