package decide

import (
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

const (
	// certainty of the intervals.
	certainty = 0.95
	// practical is the advantage, in per cent, below which nothing is worth changing.
	practical = 2
	// minTrialSandboxes is the fewest sandboxes that a spread can be told from.
	minTrialSandboxes = 2
)

// trial is what the confirmation saw of one configuration, one value a sandbox: sandboxes of one
// configuration differ in the host they run on, so the calls within one are no independent samples.
type trial struct {
	costs, durations []float64 // untrimmed means of each sandbox's warm calls
	billed           []float64 // ms
}

// trialOf gathers what was confirmed of a configuration. Where payloads are weighted a sandbox got each of
// them equally often or nearly so; its mean counts them by shares.
func trialOf(c tuning.Configuration, samples []tuning.Sample, shares map[int]float64) trial {
	var order []int
	bySandbox := map[int][]tuning.Sample{}
	for _, s := range samples {
		if s.Configuration != c || !s.Confirming || s.Cold {
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

// meanByPayload is the mean of the payloads' means, each counted by its share.
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

// sharesOf count the payloads among the samples that were taken to explore, which follow the weights; cold
// ones only where they are not taken on top.
func sharesOf(in input.Input, samples []tuning.Sample) map[int]float64 {
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

// by are the values the strategy judges by.
func (t trial) by(in input.Input, st ranking) []float64 {
	values := make([]float64, len(t.costs))
	for i := range values {
		values[i] = in.Objective().Value(explore.Means{Cost: t.costs[i], Duration: t.durations[i]}, st.largest)
	}
	return values
}

// advantage is how much smaller, in per cent, a's values are than b's, with Welch's t interval over their
// logarithms: durations and costs spread by factors, and x86_64 hosts may differ more from each other
// than arm64 hosts do. ok is false where there are too few values to tell.
func advantage(a, b []float64) (i tuning.Interval, ok bool) {
	if len(a) < minTrialSandboxes || len(b) < minTrialSandboxes {
		return tuning.Interval{}, false
	}
	la, lb := logarithms(a), logarithms(b)
	difference := statistics.Mean(la) - statistics.Mean(lb)
	va := math.Pow(statistics.StandardDeviation(la), 2) / float64(len(la))
	vb := math.Pow(statistics.StandardDeviation(lb), 2) / float64(len(lb))
	half := 0.0
	if va+vb > 0 {
		freedom := (va + vb) * (va + vb) / (va*va/float64(len(la)-1) + vb*vb/float64(len(lb)-1))
		t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.Quantile(0.5 + certainty/2)
		half = t * math.Sqrt(va+vb)
	}
	i = tuning.Interval{Percent: smaller(difference), Low: smaller(difference + half), High: smaller(difference - half)}
	for _, v := range []float64{i.Percent, i.Low, i.High} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return tuning.Interval{}, false
		}
	}
	return i, true
}

// smaller turns a difference of logarithms into per cent.
func smaller(difference float64) float64 { return statistics.Rounded(100 * (1 - math.Exp(difference))) }

func logarithms(values []float64) []float64 {
	logs := make([]float64, len(values))
	for i, v := range values {
		logs[i] = math.Log(v)
	}
	return logs
}

// confirmed reports whether an advantage is certain enough and large enough to act on.
func confirmed(i tuning.Interval) bool { return i.Low > 0 && i.Percent >= practical }
