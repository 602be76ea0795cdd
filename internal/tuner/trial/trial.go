package trial

import (
	"maps"
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/statistics"
	"github.com/dualarch/dualarch/tuning"
)

// Noise returns the variance that calls, and not hosts, give a confirming sandbox's mean, as a share of its square:
// the warm calls of one sandbox and payload differ by nothing else.
func Noise(samples []tuning.Sample, shares map[int]float64) float64 {
	type group struct {
		tuning.Configuration
		confirming       bool
		sandbox, payload int
	}
	groups := map[group][]float64{}
	var order []group
	for _, s := range samples {
		if s.Cold {
			continue
		}
		g := group{s.Configuration, s.Confirming, s.Sandbox, s.Payload}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], s.Total())
	}
	squares, freedom := 0.0, 0
	means, counts := map[int]float64{}, map[int]int{} // by payload, of all samples
	for _, g := range order {
		m := statistics.Mean(groups[g])
		for _, v := range groups[g] {
			if m > 0 {
				squares += (v/m - 1) * (v/m - 1)
			}
		}
		freedom += len(groups[g]) - 1
		means[g.payload] += m
		counts[g.payload]++
	}
	if freedom == 0 {
		return 0
	}
	noise := squares / float64(freedom)
	// Payloads that take longer, or are asked for more often, count for more of the mean, and so does their noise.
	sum, parts := 0.0, 0.0
	for _, payload := range slices.Sorted(maps.Keys(shares)) {
		if counts[payload] > 0 {
			part := shares[payload] * means[payload] / float64(counts[payload])
			sum, parts = sum+part, parts+part*part
		}
	}
	if sum == 0 {
		return noise
	}
	return noise * parts / (sum * sum)
}

// Trial is what the confirmation saw of one configuration, one value for each sandbox: sandboxes of one configuration
// differ in the host they run on, so the calls within one are not independent samples.
type Trial struct {
	Costs, Durations []float64 // untrimmed means of each sandbox's warm calls
	Billed           []float64 // ms
}

// Cost returns the costs.
func (t Trial) Cost() []float64 { return t.Costs }

// Duration returns the durations.
func (t Trial) Duration() []float64 { return t.Durations }

// Of sums up one configuration's confirming samples. If payloads are weighted a sandbox got each of them equally
// often or nearly so; its mean counts them by shares.
func Of(samples []tuning.Sample, shares map[int]float64) Trial {
	var order []int
	bySandbox := map[int][]tuning.Sample{}
	for _, s := range samples {
		if s.Cold {
			continue
		}
		if len(bySandbox[s.Sandbox]) == 0 {
			order = append(order, s.Sandbox)
		}
		bySandbox[s.Sandbox] = append(bySandbox[s.Sandbox], s)
	}
	var t Trial
	for _, sandbox := range order {
		calls := bySandbox[sandbox]
		t.Costs = append(t.Costs, meanByPayload(calls, shares, statistics.MeanCost))
		t.Durations = append(t.Durations, meanByPayload(calls, shares, func(s []tuning.Sample) float64 { return statistics.Mean(statistics.Totals(s)) }))
		t.Billed = append(t.Billed, meanByPayload(calls, shares, statistics.MeanBilled))
	}
	return t
}

// meanByPayload returns the mean of the payloads' means, each counted by its share.
func meanByPayload(samples []tuning.Sample, shares map[int]float64, mean func([]tuning.Sample) float64) float64 {
	byPayload := map[int][]tuning.Sample{}
	for _, s := range samples {
		byPayload[s.Payload] = append(byPayload[s.Payload], s)
	}
	sum, weight := 0.0, 0.0
	for _, payload := range slices.Sorted(maps.Keys(byPayload)) {
		sum += shares[payload] * mean(byPayload[payload])
		weight += shares[payload]
	}
	if weight == 0 {
		return mean(samples)
	}
	return sum / weight
}
