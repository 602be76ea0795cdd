package statistics

import (
	"math"
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

// Totals returns how long each sample took, in ms, initialisation or restore included.
func Totals(samples []tuning.Sample) []float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = s.Total()
	}
	return values
}

// MeanCost returns the samples' mean cost, in USD; 0 for none.
func MeanCost(samples []tuning.Sample) float64 {
	sum := 0.0
	for _, s := range samples {
		sum += s.Cost
	}
	return ratio(sum, len(samples))
}

// MeanBilled returns the samples' mean billed duration, in ms; 0 for none.
func MeanBilled(samples []tuning.Sample) float64 {
	sum := 0.0
	for _, s := range samples {
		sum += s.Billed()
	}
	return ratio(sum, len(samples))
}

// Mean returns the arithmetic mean; 0 for no values.
func Mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return ratio(sum, len(values))
}

func ratio(sum float64, count int) float64 {
	if count == 0 {
		return 0
	}
	return sum / float64(count)
}

func median(sorted []float64) float64 {
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// percentile returns the smallest value that at least that share of all values does not exceed.
func percentile(sorted []float64, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(0, int(math.Ceil(share*float64(len(sorted))))-1)]
}

// StandardDeviation returns the sample standard deviation, with n-1; 0 for fewer than two values.
func StandardDeviation(values []float64) float64 {
	if len(values) < 2 {
		return 0
	}
	m, squares := Mean(values), 0.0
	for _, v := range values {
		squares += (v - m) * (v - m)
	}
	return math.Sqrt(squares / float64(len(values)-1))
}

// spread describes samples; nil for none.
func spread(samples []tuning.Sample, trim float64) *tuning.Spread {
	if len(samples) == 0 {
		return nil
	}
	sorted := Totals(samples)
	slices.Sort(sorted)
	init := 0.0
	for _, s := range samples {
		init += s.InitDuration + s.RestoreDuration
	}
	return &tuning.Spread{
		Samples:           len(samples),
		TrimmedMean:       Rounded(tuning.TrimmedMean(sorted, trim)),
		Mean:              Rounded(Mean(sorted)),
		Median:            Rounded(median(sorted)),
		P95:               Rounded(percentile(sorted, 0.95)),
		StandardDeviation: Rounded(StandardDeviation(sorted)),
		Min:               Rounded(sorted[0]),
		Max:               Rounded(sorted[len(sorted)-1]),
		MeanInit:          Rounded(ratio(init, len(samples))),
		MeanCost:          Significant(MeanCost(samples)),
	}
}

// Rounded keeps a duration to 0.0001 ms or a percentage to 0.0001, beyond what was measured.
func Rounded(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// Significant keeps ten digits: an amount of money without the noise of binary fractions.
func Significant(v float64) float64 { return digits(v, 10) }

// Approximate keeps five digits, more than an estimate is worth.
func Approximate(v float64) float64 { return digits(v, 5) }

func digits(v float64, n int) float64 {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return v
	}
	scale := math.Pow(10, float64(n-1)-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}

// Split separates warm invocations from cold starts.
func Split(samples []tuning.Sample) (warm, cold []tuning.Sample) {
	for _, s := range samples {
		if s.Cold {
			cold = append(cold, s)
		} else {
			warm = append(warm, s)
		}
	}
	return warm, cold
}

// SizeStatistics describes the samples taken to explore one configuration; what the verdict goes by is
// filled in by the caller.
func SizeStatistics(power int, samples []tuning.Sample, trim float64) tuning.SizeStatistics {
	st := tuning.SizeStatistics{Power: power, Samples: len(samples)}
	sandboxes := map[int]bool{}
	for _, s := range samples {
		sandboxes[s.Sandbox] = true
		st.MaxMemoryUsed = max(st.MaxMemoryUsed, s.MaxMemoryUsed)
		if s.Failed {
			st.Errors++
		}
		if st.Sources == nil {
			st.Sources = map[tuning.Source]int{}
		}
		st.Sources[s.Source]++
	}
	warm, cold := Split(samples)
	st.Sandboxes = len(sandboxes)
	st.ColdShare = Rounded(ratio(float64(len(cold)), len(samples)))
	st.Warm, st.Cold = spread(warm, trim), spread(cold, trim)
	return st
}
