package belief

import (
	"maps"
	"math"
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

// Observation sums up the warm samples of one configuration.
type Observation struct {
	tuning.Configuration
	durations []float64 // of warm samples, ms, ascending
	// payloads are the same by payload, in the order of these.
	payloads [][]float64
	// location is the logarithm of the typical duration, the mean of all payloads'. For each payload it is an average
	// of the samples' logarithms in which outliers count less, so that a slow call now and then does not move it.
	location float64
	// noise is the variance of a single call's logarithm.
	noise float64
	tails
	cold bool // there are no warm samples
	// sandboxes counts the cold starts, at least one.
	sandboxes int
}

// tails is what lies between a typical duration and what is paid and waited for.
type tails struct {
	// untrimmed and trimmed are what has to be added to location for the logarithm of the mean and of the trimmed mean.
	untrimmed, trimmed float64
	// rounding is what is billed beyond the duration, in ms. Of a restore not all is billed.
	rounding float64
}

const (
	// HostStdDev is the standard deviation between hosts that is assumed, as a share.
	HostStdDev = 0.02
	// priorNoise is the standard deviation of a call's logarithm that is assumed before anything is measured; it
	// counts as much as priorNoiseCalls calls.
	priorNoise      = 0.04
	priorNoiseCalls = 1
	// noisePriorCalls is how many calls the other configurations' noise counts for in the noise of one.
	noisePriorCalls = 8
	// tailPriorCalls is the same for what a mean has over the typical duration, which is slower to learn.
	tailPriorCalls = 20
	// outlierDeviations is the number of standard deviations from which a call counts less.
	outlierDeviations = 2.0
	// minDuration is the smallest duration there is, in ms: the platform gives hundredths.
	minDuration = 0.01
)

// Observe sums up the samples that were taken to explore, in the order of configurations. Means are trimmed by trim, the
// share of samples left out at each end.
func Observe(samples []tuning.Sample, trim float64) []Observation {
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
	all, payloads := make([]Observation, 0, len(groups)), 0
	for c, g := range groups {
		o := Observation{Configuration: c, sandboxes: max(1, len(g.cold))}
		basis := g.warm
		if len(basis) == 0 {
			basis, o.cold = g.cold, true // a function that always starts cold is judged as it is
		}
		o.add(basis)
		all, payloads = append(all, o), max(payloads, len(o.payloads))
	}
	// A budget may have ended in the middle of a mixture of payloads: what was measured of it is another function's.
	all = slices.DeleteFunc(all, func(o Observation) bool { return len(o.payloads) < payloads })
	slices.SortFunc(all, func(a, b Observation) int { return a.Compare(b.Configuration) })
	locate(all)
	estimateTails(all, trim)
	return all
}

// add takes in the samples that count. Steps hand samples on in different orders; sums must not depend on it.
func (o *Observation) add(samples []tuning.Sample) {
	billed := make([]float64, len(samples))
	byPayload := map[int][]float64{}
	for i, s := range samples {
		ms := max(minDuration, s.Total())
		o.durations = append(o.durations, ms)
		byPayload[s.Payload] = append(byPayload[s.Payload], ms)
		billed[i] = s.Billed()
	}
	slices.Sort(o.durations)
	slices.Sort(billed)
	for _, payload := range slices.Sorted(maps.Keys(byPayload)) {
		slices.Sort(byPayload[payload])
		o.payloads = append(o.payloads, byPayload[payload])
	}
	if o.rounding = tuning.TrimmedMean(billed, 0) - tuning.TrimmedMean(o.durations, 0); !o.cold {
		o.rounding = max(0, o.rounding)
	}
}

// degreesOfFreedom returns how many samples tell of the spread of calls.
func (o *Observation) degreesOfFreedom() float64 {
	return float64(len(o.durations) - len(o.payloads))
}

// locate estimates every configuration's typical duration and noise (Huber's M-estimator), together: few calls of one
// say little about the spread of its own.
func locate(all []Observation) {
	typical := make([][]float64, len(all)) // logarithms, by payload
	for i := range all {
		for _, durations := range all[i].payloads {
			typical[i] = append(typical[i], math.Log(geometricMedian(durations)))
		}
	}
	spread := priorNoise
	for range 20 {
		squares, freedom := priorNoiseCalls*priorNoise*priorNoise, float64(priorNoiseCalls)
		for i := range all {
			o := &all[i]
			own := o.relocate(typical[i], spread)
			o.noise = own / math.Max(1, o.degreesOfFreedom())
			squares += own
			freedom += o.degreesOfFreedom()
		}
		// Outliers were cut down above; 1.1 gives back what a normal distribution loses by that.
		spread = math.Sqrt(1.1 * squares / freedom)
	}
	for i := range all {
		o := &all[i]
		n := float64(len(o.durations))
		o.noise = (noisePriorCalls*spread*spread + o.degreesOfFreedom()*o.noise) / (noisePriorCalls + o.degreesOfFreedom())
		mean, squares := 0.0, 0.0
		for p, durations := range o.payloads {
			share, ms := float64(len(durations))/n, math.Exp(typical[i][p])
			mean += share * ms
			squares += share * ms * ms
		}
		o.location = math.Log(mean)
		o.noise *= squares / (mean * mean) // long calls decide the mean
	}
}

// variance returns that of location as an estimate of the configuration's own, hosts included, if calls vary so many times
// as much as was seen.
func (o *Observation) variance(times float64) float64 {
	return times*o.noise/float64(len(o.durations)) + HostStdDev*HostStdDev/float64(o.sandboxes)
}

// relocate moves each payload's typical logarithm to the weighted mean of its calls, in which outliers count less. It
// returns the weighted sum of squared residuals.
func (o *Observation) relocate(typical []float64, spread float64) float64 {
	squares := 0.0
	for p, durations := range o.payloads {
		weights, sum := 0.0, 0.0
		for _, d := range durations {
			r := math.Log(d) - typical[p]
			w := 1.0
			if a := math.Abs(r); a > outlierDeviations*spread {
				w = outlierDeviations * spread / a
			}
			squares += w * w * r * r
			weights += w
			sum += w * math.Log(d)
		}
		typical[p] = sum / weights
	}
	return squares
}

// estimateTails estimates what means have over typical durations: mostly the same for all configurations of a function.
// What trimming leaves of a mixture of payloads is not: it depends on how far they are apart.
func estimateTails(all []Observation, trim float64) {
	var pool []float64
	own := make([][]float64, len(all))
	for i := range all {
		own[i] = all[i].ratios()
		if len(all[i].durations) > 1 {
			pool = append(pool, own[i]...)
		}
	}
	if len(pool) == 0 {
		pool = []float64{1}
	}
	slices.Sort(pool)
	untrimmed, trimmed := tuning.TrimmedMean(pool, 0), tuning.TrimmedMean(pool, trim)
	for i := range all {
		n := float64(len(own[i]))
		shrunk := func(pooled, own float64) float64 {
			return math.Log((tailPriorCalls*pooled + n*own) / (tailPriorCalls + n))
		}
		all[i].untrimmed, all[i].trimmed = shrunk(untrimmed, tuning.TrimmedMean(own[i], 0)), shrunk(trimmed, tuning.TrimmedMean(own[i], trim))
		if len(all[i].payloads) > 1 {
			all[i].trimmed = math.Log(tuning.TrimmedMean(own[i], trim))
		}
	}
}

// ratios returns each call's duration over the typical one, ascending. Calls of one payload lie closer to a location that
// was estimated from them than to the true one; that is undone.
func (o *Observation) ratios() []float64 {
	ratios, n := make([]float64, len(o.durations)), float64(len(o.durations))
	for i, d := range o.durations {
		ratios[i] = d / math.Exp(o.location)
		if len(o.payloads) == 1 && n > 1 {
			ratios[i] = math.Pow(ratios[i], math.Sqrt(n/(n-1)))
		}
	}
	return ratios
}

// slowness returns the standard error of what means have over typical durations, as a share: few calls tell little of
// slow ones.
func slowness(all []Observation) float64 {
	sum, squares, calls, noise := 0.0, 0.0, 0.0, 0.0
	for _, o := range all {
		for _, ratio := range o.ratios() {
			sum += ratio
			squares += ratio * ratio
		}
		noise += o.noise * float64(len(o.durations))
		calls += float64(len(o.durations))
	}
	mean := sum / calls
	return math.Sqrt(math.Max(squares/calls/mean/mean-1, math.Exp(noise/calls)-1) / calls)
}

// geometricMedian returns the median of ascending values; of two in the middle, their geometric mean.
func geometricMedian(sorted []float64) float64 {
	n := len(sorted)
	return math.Sqrt(sorted[(n-1)/2] * sorted[n/2])
}
