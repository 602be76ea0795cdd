package tuning

import "slices"

// TrimmedMean returns the mean of the values without the given share of them at each end, rounded down to whole values:
// the arithmetic of AWS Lambda Power Tuning, in its order of adding up. It is 0 if there are no values.
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
