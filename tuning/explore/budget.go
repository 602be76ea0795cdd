package explore

// Budget is what exploring may take at most; 0 is no limit.
type Budget struct {
	Invocations int
	Cost        float64 // USD
	// Longest is the longest that an invocation of an architecture's function can be billed for, in ms.
	Longest map[Architecture]float64
	// Unsampled is how many invocations were made that gave no sample: they failed, or their answer was lost.
	Unsampled int
}

// purse is what is left of a budget.
type purse struct {
	budget      Budget
	prices      map[Configuration]Price
	invocations int
	cost        float64
	cycle       int
}

// left is the budget less what the samples took.
func (b Budget) left(a Adaptive, samples []Sample, failures []Failure) *purse {
	p := &purse{budget: b, prices: a.Prices, cycle: a.cycle(), invocations: b.Unsampled}
	dearest := 0.0
	for c := range a.Prices {
		_, failed := Hopeless(c, failures)
		if failed || b.Unsampled > len(failures) { // more than failed were lost, of which nobody knows where
			dearest = max(dearest, p.longest(c))
		}
	}
	p.cost = float64(b.Unsampled) * dearest
	for _, s := range samples {
		if !s.Confirming {
			p.invocations++
			p.cost += s.Cost
		}
	}
	return p
}

// afford cuts a round down to what the budget allows even if all goes badly.
func (p *purse) afford(wanted []Measurement) []Measurement {
	var all []Measurement
	for _, m := range wanted {
		for m.Samples > 0 && !p.pay(m) {
			m.Samples -= p.cycle
		}
		if m.Samples > 0 {
			all = append(all, m)
		}
	}
	return all
}

// pay takes a measurement at its worst out of the purse: each of its samples is a cold start first, and
// takes as long as its function may.
func (p *purse) pay(m Measurement) bool {
	calls := 2 * m.Samples
	cost := float64(calls) * p.longest(m.Configuration)
	if p.budget.Invocations > 0 && p.invocations+calls > p.budget.Invocations || p.budget.Cost > 0 && p.cost+cost > p.budget.Cost {
		return false
	}
	p.invocations += calls
	p.cost += cost
	return true
}

// longest is what an invocation costs that takes as long as its function may.
func (p *purse) longest(c Configuration) float64 {
	price := p.prices[c]
	return price.Invocation + price.Millisecond*p.budget.Longest[c.Architecture]
}
