package explore

import (
	"math"
	"slices"
)

// Budget is what exploring may take at most; 0 is no limit.
type Budget struct {
	Spending
	// Longest is the longest that an invocation of an architecture's function can be billed for, in ms.
	Longest map[Architecture]float64
	// Unsampled is what those invocations took, at their worst, that gave no sample: they failed, or their
	// answer was lost.
	Unsampled Spending
}

// Spending is what invocations take.
type Spending struct {
	Invocations int     `json:"invocations"`
	Cost        float64 `json:"cost"` // USD
}

// Unlimited is more invocations than any run makes.
const Unlimited = 1 << 40

// Left is the budget less what was taken to explore.
func (b Budget) Left(samples []Sample) Spending {
	left := b.Spending
	if left.Invocations == 0 {
		left.Invocations = Unlimited
	}
	if left.Cost == 0 {
		left.Cost = math.Inf(1)
	}
	return left.Minus(b.Unsampled).Minus(exploring(samples))
}

// exploring is what samples took that were not taken to confirm a winner.
func exploring(samples []Sample) Spending {
	var costs []float64
	for _, s := range samples {
		if !s.Confirming {
			costs = append(costs, s.Cost)
		}
	}
	slices.Sort(costs) // the samples' order must not show, not even in the last bit
	taken := Spending{Invocations: len(costs)}
	for _, c := range costs {
		taken.Cost += c
	}
	return taken
}

// Plus is both together.
func (s Spending) Plus(t Spending) Spending {
	return Spending{s.Invocations + t.Invocations, s.Cost + t.Cost}
}

// Minus is what remains of it.
func (s Spending) Minus(t Spending) Spending {
	return Spending{s.Invocations - t.Invocations, s.Cost - t.Cost}
}

// Times is so many of it.
func (s Spending) Times(n int) Spending { return Spending{n * s.Invocations, float64(n) * s.Cost} }

// AtMost is what of it the other covers.
func (s Spending) AtMost(t Spending) Spending {
	return Spending{max(0, min(s.Invocations, t.Invocations)), math.Max(0, math.Min(s.Cost, t.Cost))}
}

// Covers says whether it is enough for the other.
func (s Spending) Covers(t Spending) bool { return s.Invocations >= t.Invocations && s.Cost >= t.Cost }

// Worst is one invocation that takes as long as its function may.
func (a Adaptive) Worst(c Configuration) Spending {
	price := a.Prices[c]
	return Spending{1, price.Invocation + price.Millisecond*a.Budget.Longest[c.Architecture]}
}

// Reserved is a measurement at its worst: each of its samples is a cold start first.
func (a Adaptive) Reserved(m Measurement) Spending {
	return a.Worst(m.Configuration).Times(2 * m.Samples)
}

// afford cuts a round down to what the budget allows even if all goes badly.
func (a Adaptive) afford(wanted []Measurement, samples []Sample) []Measurement {
	left := a.Budget.Left(samples)
	var reserved Spending
	var all []Measurement
	for _, m := range wanted {
		for m.Samples > 0 && !left.Covers(reserved.Plus(a.Reserved(m))) {
			m.Samples -= a.cycle()
		}
		if m.Samples > 0 {
			reserved = reserved.Plus(a.Reserved(m))
			all = append(all, m)
		}
	}
	return all
}
