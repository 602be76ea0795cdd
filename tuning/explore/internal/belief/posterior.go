package belief

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/dualarch/dualarch/tuning"
)

// drawCount is how many joint draws from the posterior decisions rest on.
const drawCount = 400

// Posterior is what the samples say of all configurations, measured or not.
type Posterior struct {
	Configurations []tuning.Configuration
	// Draws are joint draws of the logarithms of typical durations, by draw and configuration, from a mixture of shapes
	// and kernels weighted by how well each explains what was observed.
	Draws [][]float64
	// Variances are those of the draws, by configuration.
	Variances []float64

	observed map[tuning.Configuration]Observation
	// noise is the variance of a single call's logarithm where nothing was measured; tails and cold stand for
	// Observation's in the same way.
	noise float64
	tails
	cold bool
}

// NewPosterior estimates the durations of configurations. There has to be an observation, not necessarily of one of them.
// The same seed gives the same draws.
func NewPosterior(configurations []tuning.Configuration, observations []Observation, seed uint64) *Posterior {
	p := &Posterior{Configurations: configurations, observed: map[tuning.Configuration]Observation{}, cold: true}
	level, calls := 0.0, 0.0
	for _, o := range observations {
		n := float64(len(o.durations))
		p.observed[o.Configuration] = o
		p.noise += n * o.noise
		p.untrimmed += n * o.untrimmed
		p.trimmed += n * o.trimmed
		p.rounding += n * o.rounding
		p.cold = p.cold && o.cold
		level += o.location / float64(len(observations))
		calls += n
	}
	p.noise, p.untrimmed, p.trimmed, p.rounding = p.noise/calls, p.untrimmed/calls, p.trimmed/calls, p.rounding/calls
	p.draw(observations, level, rand.New(rand.NewPCG(seed, uint64(len(observations)))))
	p.Variances = make([]float64, len(configurations))
	for i := range configurations {
		p.Variances[i] = variance(p.Draws, i)
	}
	return p
}

// Measured reports whether there are samples of a configuration, by its index.
func (p *Posterior) Measured(i int) bool {
	_, ok := p.observed[p.Configurations[i]]
	return ok
}

// Measurements returns how many configurations have samples.
func (p *Posterior) Measurements() int { return len(p.observed) }

// Samples returns how many of a configuration's samples count, by its index.
func (p *Posterior) Samples(i int) int { return len(p.observed[p.Configurations[i]].durations) }

// AllSamples returns how many samples count.
func (p *Posterior) AllSamples() int {
	sum := 0
	for _, o := range p.observed {
		sum += len(o.durations)
	}
	return sum
}

// Noise returns the variance of a single call's logarithm at a configuration, by its index.
func (p *Posterior) Noise(i int) float64 {
	if o, ok := p.observed[p.Configurations[i]]; ok {
		return o.noise
	}
	return p.noise
}

// NoiseKnown reports whether some payload was sent twice to some configuration: only then samples tell of their noise.
func (p *Posterior) NoiseKnown() bool {
	for _, o := range p.observed {
		if o.degreesOfFreedom() > 0 {
			return true
		}
	}
	return false
}

// Call is what a configuration's invocations are like on average.
type Call struct {
	Billed   float64 // mean, ms
	Duration float64 // trimmed mean, ms
	Cold     bool    // each of them is a cold start
}

// Call returns what invocations at a configuration, by its index, are like if the logarithm of their typical duration is
// the given one.
func (p *Posterior) Call(i int, logarithm float64) Call {
	t, cold := p.tails, p.cold
	if o, ok := p.observed[p.Configurations[i]]; ok {
		t, cold = o.tails, o.cold
	}
	return Call{Billed: max(0, math.Exp(logarithm+t.untrimmed)+t.rounding), Duration: math.Exp(logarithm + t.trimmed), Cold: cold}
}

// component is one shape under one kernel.
type component struct {
	process *process
	shape   Shape
	weight  float64   // its posterior probability
	mean    []float64 // of the logarithms, by configuration
}

// draw fills Draws.
func (p *Posterior) draw(observations []Observation, level float64, random *rand.Rand) {
	mixture := newMixture(p.Configurations, observations, level)
	p.Draws = make([][]float64, drawCount)
	next, passed := 0, 0.0
	normals := mat.NewVecDense(len(p.Configurations), nil)
	var step mat.VecDense
	for d := range p.Draws {
		// Draws are spread evenly over the components, by weight.
		for at := (float64(d) + 0.5) / drawCount; next < len(mixture)-1 && passed+mixture[next].weight < at; next++ {
			passed += mixture[next].weight
		}
		c := &mixture[next]
		c.predict(p.Configurations, observations, level)
		for i := range p.Configurations {
			normals.SetVec(i, random.NormFloat64())
		}
		step.MulVec(c.process.root, normals)
		p.Draws[d] = make([]float64, len(p.Configurations))
		for i := range p.Draws[d] {
			p.Draws[d][i] = c.mean[i] + step.AtVec(i)
		}
	}
}

// newMixture weighs all shapes under all kernels by how likely they make the observations.
func newMixture(configurations []tuning.Configuration, observations []Observation, level float64) []component {
	var all []component
	best := math.Inf(-1)
	for _, k := range kernels {
		process, ok := newProcess(k, configurations, observations)
		if !ok {
			continue
		}
		for _, s := range Shapes {
			c := component{process: process, shape: s}
			c.weight = math.Log(k.prior*s.prior) + process.logLikelihood(residuals(s, observations, level))
			best = max(best, c.weight)
			all = append(all, c)
		}
	}
	sum := 0.0
	for i := range all {
		all[i].weight = math.Exp(all[i].weight - best)
		sum += all[i].weight
	}
	for i := range all {
		all[i].weight /= sum
	}
	return all
}

// residuals returns what a shape leaves unexplained of the observations.
func residuals(s Shape, observations []Observation, level float64) *mat.VecDense {
	r := mat.NewVecDense(len(observations), nil)
	for i, o := range observations {
		r.SetVec(i, o.location-level-s.LogDuration(o.Configuration))
	}
	return r
}

// predict fills in the mean.
func (c *component) predict(configurations []tuning.Configuration, observations []Observation, level float64) {
	if c.mean != nil {
		return
	}
	var correction mat.VecDense
	correction.MulVec(c.process.gain.T(), residuals(c.shape, observations, level))
	c.mean = make([]float64, len(configurations))
	for i, configuration := range configurations {
		c.mean[i] = level + c.shape.LogDuration(configuration) + correction.AtVec(i)
	}
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
