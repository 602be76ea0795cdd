package fleet

import "math"

// equalPart is how much of a budget is shared out equally: a function that CloudWatch knows nothing of needs some too.
const equalPart = 0.2

// shares divides a budget: a fifth of it in equal parts, the rest in proportion to the bills. A bill that is not known
// (less than 0) counts as the mean of those that are. Nobody gets more than their cap; what is cut off goes to the
// others, by the same rule.
func shares(budget float64, bills, caps []float64) []float64 {
	n := len(bills)
	weights := weighted(bills)
	given := make([]float64, n)
	open := make([]bool, n)
	for i := range open {
		open[i] = true
	}
	for left := budget; left > 0; {
		total := 0.0
		for i := range weights {
			if open[i] {
				total += weights[i]
			}
		}
		if total == 0 {
			break
		}
		cut := 0.0
		for i := range weights {
			if !open[i] {
				continue
			}
			given[i] += left * weights[i] / total
			if over := given[i] - caps[i]; over > 0 {
				given[i], open[i] = caps[i], false
				cut += over
			}
		}
		if cut < budget*1e-9 {
			break
		}
		left = cut
	}
	for i := range given {
		given[i] = floored(given[i])
	}
	return given
}

// weighted returns each one's part of a budget without caps.
func weighted(bills []float64) []float64 {
	sum, known := 0.0, 0
	for _, b := range bills {
		if b >= 0 {
			sum += b
			known++
		}
	}
	n := float64(len(bills))
	mean := 0.0
	if known > 0 {
		mean = sum / float64(known)
	}
	total := sum + mean*float64(len(bills)-known)
	weights := make([]float64, len(bills))
	for i, b := range bills {
		if b < 0 {
			b = mean
		}
		weights[i] = 1 / n
		if total > 0 {
			weights[i] = equalPart/n + (1-equalPart)*b/total
		}
	}
	return weights
}

// floored rounds down to four digits, so that all shares together never pass the budget.
func floored(usd float64) float64 {
	if usd <= 0 {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(usd))-3)
	if unit == 0 { // a cap may be as small as numbers are
		return usd
	}
	return min(usd, math.Floor(usd/unit)*unit) // a product of two that are not exact may pass what was divided
}
