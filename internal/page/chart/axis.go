package chart

import (
	"math"
	"slices"
)

// Tick is a value that an axis names.
type Tick struct {
	Value float64
	Label string
}

// Axis maps values to shares of its length.
type Axis struct {
	Log       bool
	Low, High float64
	Ticks     []Tick
}

// place returns where a value is, from 0 to 1; values beyond the axis are at its ends.
func (a Axis) place(v float64) float64 {
	low, high := a.Low, a.High
	if a.Log {
		v, low, high = math.Log(max(v, a.Low)), math.Log(low), math.Log(high)
	}
	if high <= low {
		return 0.5
	}
	return min(max((v-low)/(high-low), 0), 1)
}

// maxTicks is how many labels fit beside each other.
const maxTicks = 7

// Memory returns an axis for memory sizes in MB, on which a doubling has one length everywhere.
func Memory(sizes []float64, format func(float64) string) Axis {
	low, high := slices.Min(sizes), slices.Max(sizes)
	a := Axis{Log: true, Low: low / 1.15, High: high * 1.15}
	for v := 1.0; v <= high; v *= 2 {
		if v >= low {
			a.Ticks = append(a.Ticks, Tick{v, format(v)})
		}
	}
	if len(a.Ticks) < 2 {
		a.Ticks = []Tick{{low, format(low)}}
		if high > low*1.05 {
			a.Ticks = append(a.Ticks, Tick{high, format(high)})
		}
	}
	for len(a.Ticks) > maxTicks {
		a.Ticks = everySecond(a.Ticks)
	}
	return a
}

// wide is the ratio of values beyond which small ones could not be told apart on a linear axis.
const wide = 8

// Amounts returns an axis for values of 0 or more: from 0, or by powers of ten if they are far apart.
func Amounts(values []float64, format func(float64) string) Axis {
	values = slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return v <= 0 })
	if len(values) == 0 {
		values = []float64{1}
	}
	low, high := slices.Min(values), slices.Max(values)
	if high/low < wide {
		return linear(0, high*1.05, format)
	}
	a := Axis{Log: true, Low: low / 1.2, High: high * 1.2}
	for _, factors := range [][]float64{{1, 2, 5}, {1, 3}, {1}} {
		a.Ticks = nil
		for e := math.Floor(math.Log10(a.Low)); e <= math.Log10(a.High); e++ {
			for _, f := range factors {
				if v := f * math.Pow(10, e); v >= a.Low && v <= a.High {
					a.Ticks = append(a.Ticks, Tick{v, format(v)})
				}
			}
		}
		if len(a.Ticks) <= maxTicks {
			break
		}
	}
	for len(a.Ticks) > maxTicks {
		a.Ticks = everySecond(a.Ticks)
	}
	return a
}

// Signed returns an axis for values on both sides of 0, which is on it.
func Signed(values []float64, format func(float64) string) Axis {
	low, high := 0.0, 0.0
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	if low == high {
		high = 1
	}
	margin := (high - low) * 0.05
	if low < 0 {
		low -= margin
	}
	return linear(low, high+margin, format)
}

func linear(low, high float64, format func(float64) string) Axis {
	step := niceStep((high - low) / 6)
	a := Axis{Low: low, High: high}
	for i := math.Ceil(low / step); i*step <= high; i++ {
		a.Ticks = append(a.Ticks, Tick{i * step, format(i * step)})
	}
	return a
}

// niceStep returns the least of 1, 2, 5, 10, … times a power of ten that is not below a length.
func niceStep(length float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(length)))
	for _, f := range []float64{1, 2, 5} {
		if f*power >= length*(1-1e-9) {
			return f * power
		}
	}
	return 10 * power
}

func everySecond(ticks []Tick) []Tick {
	var kept []Tick
	for i := 0; i < len(ticks); i += 2 {
		kept = append(kept, ticks[i])
	}
	return kept
}
