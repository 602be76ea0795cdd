package belief

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

// drawCount is how many joint draws from the posterior decisions rest on.
const drawCount = 400

// Posterior is what the samples say of all configurations, measured or not.
type Posterior struct {
	Configurations []tuning.Configuration
	// Draws are joint draws of the logarithms of typical durations, by draw and configuration.
	Draws [][]float64
	// Variances are those of the draws, by configuration.
	Variances []float64

	observations []Observation
	// observed are those of the configurations; nil if one was not measured.
	observed []*Observation
	// noise is the variance of a single call's logarithm if nothing was measured; tails and cold stand for Observation's
	// in the same way.
	noise float64
	tails
	cold bool
	// calls are by draw and configuration: decisions look at each of them several times.
	calls [][]Call
}

// NewPosterior estimates the durations of configurations. There has to be an observation, not necessarily of one of them.
// The same seed gives the same draws.
func NewPosterior(configurations []tuning.Configuration, observations []Observation, seed uint64) *Posterior {
	p := &Posterior{Configurations: configurations, observations: observations, observed: make([]*Observation, len(configurations)), cold: true}
	calls := 0.0
	for at, o := range observations {
		n := float64(len(o.durations))
		if i := slices.Index(configurations, o.Configuration); i >= 0 {
			p.observed[i] = &observations[at]
		}
		p.noise += n * o.noise
		p.untrimmed += n * o.untrimmed
		p.trimmed += n * o.trimmed
		p.rounding += n * o.rounding
		p.cold = p.cold && o.cold
		calls += n
	}
	p.noise, p.untrimmed, p.trimmed, p.rounding = p.noise/calls, p.untrimmed/calls, p.trimmed/calls, p.rounding/calls
	random := rand.New(rand.NewPCG(seed, uint64(len(observations))))
	p.Draws = newMixture(configurations, observations).draw(drawCount, random)
	p.calls = make([][]Call, drawCount)
	for spread, d := slowness(observations), 0; d < drawCount; d++ {
		// What calls that are slower than was seen may add to the logarithm of every mean.
		slow := spread*random.NormFloat64() - spread*spread/2
		p.calls[d] = make([]Call, len(configurations))
		for i, logarithm := range p.Draws[d] {
			p.calls[d][i] = p.call(i, logarithm, slow)
		}
	}
	p.Variances = make([]float64, len(configurations))
	for i := range configurations {
		p.Variances[i] = variance(p.Draws, i)
	}
	return p
}

// Measured reports whether there are samples of a configuration, by its index.
func (p *Posterior) Measured(i int) bool { return p.observed[i] != nil }

// Measurements returns how many configurations have samples.
func (p *Posterior) Measurements() int { return len(p.observations) }

// Samples returns how many of a configuration's samples count, by its index.
func (p *Posterior) Samples(i int) int {
	if o := p.observed[i]; o != nil {
		return len(o.durations)
	}
	return 0
}

// Noise returns the variance of a single call's logarithm at a configuration, by its index.
func (p *Posterior) Noise(i int) float64 {
	if o := p.observed[i]; o != nil {
		return o.noise
	}
	return p.noise
}

// NoiseKnown reports whether some payload was sent twice to some configuration: only then samples tell of their noise.
func (p *Posterior) NoiseKnown() bool {
	return slices.ContainsFunc(p.observations, func(o Observation) bool { return o.degreesOfFreedom() > 0 })
}

// Call is what a configuration's invocations are like on average.
type Call struct {
	Billed   float64 // mean, ms
	Duration float64 // trimmed mean, ms
	Cold     bool    // each of them is a cold start
}

// Call returns what invocations at a configuration, by its index, are like in a draw.
func (p *Posterior) Call(i, draw int) Call { return p.calls[draw][i] }

func (p *Posterior) call(i int, logarithm, slow float64) Call {
	t, cold := p.tails, p.cold
	if o := p.observed[i]; o != nil {
		t, cold = o.tails, o.cold
	}
	return Call{Billed: max(0, math.Exp(logarithm+t.untrimmed+slow)+t.rounding), Duration: math.Exp(logarithm + t.trimmed), Cold: cold}
}

func variance(rows [][]float64, column int) float64 {
	mean, squares := 0.0, 0.0
	for _, row := range rows {
		mean += row[column] / float64(len(rows))
	}
	for _, row := range rows {
		squares += (row[column] - mean) * (row[column] - mean)
	}
	return squares / float64(len(rows))
}
