package decide

import (
	"maps"
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// A winner is confirmed on five fresh sandboxes with five warm invocations each. Three sandboxes find a
// true difference of 10 % in about 86 % of runs, five nearly always, and the two more cost a few
// invocations and some seconds of publishing. If there are more payloads than that, each sandbox gets
// every payload once, up to maxConfirmSamples.
const (
	ConfirmSandboxes  = 5
	ConfirmSamples    = 5
	maxConfirmSamples = 25
)

// minAdvantage is the advantage, in per cent, below which nothing is worth changing.
const minAdvantage = 2

// confirmed reports whether an advantage is certain enough and large enough to act on.
func confirmed(i tuning.Interval) bool { return i.Low > 0 && i.Percent >= minAdvantage }

// SamplesToConfirm returns how many samples a confirming sandbox gives. How many payloads there are in S3 is not known
// before they are read.
func SamplesToConfirm(in input.Input) int {
	if in.PayloadS3 != "" && in.Payloads == nil {
		return maxConfirmSamples
	}
	return min(max(ConfirmSamples, len(in.Payloads)), maxConfirmSamples)
}

// contenders returns what a confirmation compares: the winner, what live traffic runs on today, and the other
// architecture's best. Cold starts are not confirmed: each sample is a fresh sandbox already.
func (r *ranking) contenders() []tuning.Measurement {
	if r.in.DryRun || r.in.OnlyColdStarts {
		return nil
	}
	var all []tuning.Measurement
	for _, c := range []*candidate{r.winner, r.today, r.other} {
		if c == nil {
			continue
		}
		m := tuning.Measurement{Configuration: c.Configuration, Samples: SamplesToConfirm(r.in)}
		if !slices.Contains(all, m) {
			all = append(all, m)
		}
	}
	return all
}

// trial is what the confirmation saw of one configuration, one value for each sandbox: sandboxes of one configuration
// differ in the host they run on, so the calls within one are not independent samples.
type trial struct {
	costs, durations []float64 // untrimmed means of each sandbox's warm calls
	billed           []float64 // ms
}

// trialOf sums up one configuration's confirming samples. If payloads are weighted a sandbox got each of them equally
// often or nearly so; its mean counts them by shares.
func trialOf(samples []tuning.Sample, shares map[int]float64) trial {
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
	var t trial
	for _, sandbox := range order {
		calls := bySandbox[sandbox]
		t.costs = append(t.costs, meanByPayload(calls, shares, statistics.MeanCost))
		t.durations = append(t.durations, meanByPayload(calls, shares, func(s []tuning.Sample) float64 { return statistics.Mean(statistics.Totals(s)) }))
		t.billed = append(t.billed, meanByPayload(calls, shares, statistics.MeanBilled))
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

// payloadShares counts the payloads among the samples taken to explore, which follow the weights; cold ones only if
// they are not taken on top.
func payloadShares(in input.Input, samples []tuning.Sample) map[int]float64 {
	onTop := run.CountsWarmOnly(in, run.Round{Phase: run.PhaseExplore})
	shares := map[int]float64{}
	for _, s := range samples {
		if s.Confirming || s.Cold && onTop {
			continue
		}
		shares[s.Payload]++
	}
	return shares
}

// values returns what the strategy makes of a trial, one value for each sandbox.
func (r *ranking) values(t trial) []float64 {
	values := make([]float64, len(t.costs))
	for i := range values {
		values[i] = r.objective.Value(explore.Means{Cost: t.costs[i], Duration: t.durations[i]}, r.largest)
	}
	return values
}
