package statistics

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/dualarch/dualarch/tuning"
)

const (
	// confidence is that of the intervals.
	confidence = 0.95
	// minValues is the fewest values whose spread can be estimated.
	minValues = 2
)

// Advantage returns by how much, in per cent, a's values are smaller than b's, with Welch's t interval over their
// logarithms: durations and costs spread by factors, and x86_64 hosts may differ more from each other than arm64 hosts
// do. ok is false if there are too few values.
func Advantage(a, b []float64) (i tuning.Interval, ok bool) {
	if len(a) < minValues || len(b) < minValues {
		return tuning.Interval{}, false
	}
	la, lb := logarithms(a), logarithms(b)
	difference := Mean(la) - Mean(lb)
	va := math.Pow(StandardDeviation(la), 2) / float64(len(la))
	vb := math.Pow(StandardDeviation(lb), 2) / float64(len(lb))
	half := 0.0
	if va+vb > 0 {
		freedom := (va + vb) * (va + vb) / (va*va/float64(len(la)-1) + vb*vb/float64(len(lb)-1))
		t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.Quantile(0.5 + confidence/2)
		half = t * math.Sqrt(va+vb)
	}
	i = tuning.Interval{Percent: percentSmaller(difference), Low: percentSmaller(difference + half), High: percentSmaller(difference - half)}
	for _, v := range []float64{i.Percent, i.Low, i.High} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return tuning.Interval{}, false
		}
	}
	return i, true
}

// percentSmaller turns a difference of logarithms into per cent.
func percentSmaller(difference float64) float64 {
	return Rounded(100 * (1 - math.Exp(difference)))
}

func logarithms(values []float64) []float64 {
	logs := make([]float64, len(values))
	for i, v := range values {
		logs[i] = math.Log(v)
	}
	return logs
}
