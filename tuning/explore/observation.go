package explore

import (
	"maps"
	"math"
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

// observation is what the warm samples of one configuration say.
type observation struct {
	tuning.Configuration
	durations []float64 // of warm samples, ms, ascending
	// payloads are the same by payload, in the order of these.
	payloads [][]float64
	// location is the logarithm of the typical duration, the mean of all payloads'. For each it is an average
	// of the samples' logarithms in which one that is far off counts less, so that a slow call now and then
	// does not move it.
	location float64
	// variance is that of location as an estimate of the configuration's own, hosts included.
	variance float64
	// noise is the variance of a single call's logarithm.
	noise float64
	// untrimmed and trimmed are what has to be added to location for the logarithm of the mean and of
	// the trimmed mean.
	untrimmed, trimmed float64
	// rounding is what is billed beyond the duration, in ms. Of a restore not all is billed.
	rounding  float64
	sandboxes int
	cold      bool // there are no warm samples
}

const (
	// hostSpread is the standard deviation between hosts that is reckoned with, as a share.
	hostSpread = 0.015
	// usualNoise is the standard deviation of a call's logarithm that is assumed before anything is
	// known; it counts as much as usualCalls calls.
	usualNoise = 0.04
	usualCalls = 3
	// noisePriorCalls says how many calls of one configuration its neighbours' noise counts for.
	noisePriorCalls = 8
	// tailPriorCalls is the same for what a mean has over the typical duration, which is slower to learn.
	tailPriorCalls = 20
	// outlierDeviations is from how many standard deviations a call counts less.
	outlierDeviations = 2.0
)

// observe sums up the samples, in the order of the model's configurations.
func observe(samples []tuning.Sample, trim float64) []observation {
	type group struct{ warm, cold []tuning.Sample }
	groups := map[tuning.Configuration]*group{}
	for _, s := range samples {
		if s.Confirming {
			continue
		}
		g := groups[s.Configuration]
		if g == nil {
			g = &group{}
			groups[s.Configuration] = g
		}
		if s.Cold {
			g.cold = append(g.cold, s)
		} else {
			g.warm = append(g.warm, s)
		}
	}
	all, payloads := make([]observation, 0, len(groups)), 0
	for c, g := range groups {
		o := observation{Configuration: c, sandboxes: max(1, len(g.cold))}
		basis := g.warm
		if len(basis) == 0 {
			basis, o.cold = g.cold, true // a function that starts cold each time is judged as it is
		}
		billed := make([]float64, len(basis))
		byPayload := map[int][]float64{}
		for i, s := range basis {
			ms := max(shortest, s.Total())
			o.durations = append(o.durations, ms)
			byPayload[s.Payload] = append(byPayload[s.Payload], ms)
			billed[i] = s.Billed()
		}
		// Steps hand samples on in different orders; sums must not depend on it.
		slices.Sort(o.durations)
		slices.Sort(billed)
		for _, payload := range slices.Sorted(maps.Keys(byPayload)) {
			slices.Sort(byPayload[payload])
			o.payloads = append(o.payloads, byPayload[payload])
		}
		if o.rounding = TrimmedMean(billed, 0) - TrimmedMean(o.durations, 0); !o.cold {
			o.rounding = max(0, o.rounding)
		}
		all, payloads = append(all, o), max(payloads, len(o.payloads))
	}
	// A budget may have ended in the middle of a mixture of payloads: what is left of it is another function's.
	all = slices.DeleteFunc(all, func(o observation) bool { return len(o.payloads) < payloads })
	slices.SortFunc(all, func(a, b observation) int { return a.Compare(b.Configuration) })
	locate(all, trim)
	return all
}

// shortest is the smallest duration there is: the platform gives hundredths of a millisecond.
const shortest = 0.01

// locate finds every configuration's typical duration and how far calls stray from it, together: few calls
// of one say little about the spread of its own.
func locate(all []observation, trim float64) {
	typical := make([][]float64, len(all)) // logarithms, by payload
	for i := range all {
		for _, durations := range all[i].payloads {
			typical[i] = append(typical[i], math.Log(middle(durations)))
		}
	}
	spread := usualNoise
	for range 20 {
		squares, freedom := usualCalls*usualNoise*usualNoise, float64(usualCalls)
		for i := range all {
			o := &all[i]
			own := 0.0
			for p, durations := range o.payloads {
				weights, sum := 0.0, 0.0
				for _, d := range durations {
					r := math.Log(d) - typical[i][p]
					w := 1.0
					if a := math.Abs(r); a > outlierDeviations*spread {
						w = outlierDeviations * spread / a
					}
					own += w * w * r * r
					weights += w
					sum += w * math.Log(d)
				}
				typical[i][p] = sum / weights
			}
			o.noise = own / math.Max(1, o.freedom())
			squares += own
			freedom += o.freedom()
		}
		// A share of what lies far off is cut away above; this gives it back for a normal distribution.
		spread = math.Sqrt(1.1 * squares / freedom)
	}
	for i := range all {
		o := &all[i]
		n := float64(len(o.durations))
		o.noise = (noisePriorCalls*spread*spread + o.freedom()*o.noise) / (noisePriorCalls + o.freedom())
		mean, squares := 0.0, 0.0
		for p, durations := range o.payloads {
			share, ms := float64(len(durations))/n, math.Exp(typical[i][p])
			mean += share * ms
			squares += share * ms * ms
		}
		o.location = math.Log(mean)
		o.noise *= squares / (mean * mean) // long calls decide the mean
		o.variance = o.noise/n + hostSpread*hostSpread/float64(o.sandboxes)
	}
	tails(all, trim)
}

// freedom is how many samples tell of the spread of calls.
func (o observation) freedom() float64 { return float64(len(o.durations) - len(o.payloads)) }

// tails finds what means have over typical durations: mostly the same for all configurations of a function. What
// trimming leaves of a mixture of payloads is not: it depends on how far they are apart.
func tails(all []observation, trim float64) {
	var calls, untrimmed, trimmed float64
	own := make([][2]float64, len(all))
	for i, o := range all {
		n := float64(len(o.durations))
		own[i] = [2]float64{
			TrimmedMean(o.durations, 0) / math.Exp(o.location),
			TrimmedMean(o.durations, trim) / math.Exp(o.location),
		}
		calls += n
		untrimmed += n * own[i][0]
		trimmed += n * own[i][1]
	}
	for i := range all {
		n := float64(len(all[i].durations))
		shrunk := func(all, own float64) float64 { return math.Log((tailPriorCalls*all + n*own) / (tailPriorCalls + n)) }
		all[i].untrimmed, all[i].trimmed = shrunk(untrimmed/calls, own[i][0]), shrunk(trimmed/calls, own[i][1])
		if len(all[i].payloads) > 1 {
			all[i].trimmed = math.Log(own[i][1])
		}
	}
}

// middle is the median of ascending values.
func middle(sorted []float64) float64 {
	n := len(sorted)
	return math.Sqrt(sorted[(n-1)/2] * sorted[n/2])
}
