package belief

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/dualarch/dualarch/tuning"
)

// noiseQuantiles are those of the noise that the spread of the calls leaves possible, each as likely as the others.
var noiseQuantiles = [...]float64{1. / 6, 1. / 2, 5. / 6}

// mixture is what is believed: every shape around which a Gaussian process of some roughness varies, seen through calls of
// some noise. Each combination counts by how well it explains what was observed.
type mixture struct {
	configurations []tuning.Configuration
	observations   []Observation
	level          float64 // what shapes are relative to, a logarithm
	components     []component
}

// component is one shape around which one process varies.
type component struct {
	process *process
	shape   int
	weight  float64 // its posterior probability
}

// newMixture weighs all shapes under all kernels and all noises by how likely they make the observations.
func newMixture(configurations []tuning.Configuration, observations []Observation) *mixture {
	m := &mixture{configurations: configurations, observations: observations}
	freedom := float64(priorNoiseCalls)
	for _, o := range observations {
		m.level += o.location / float64(len(observations))
		freedom += o.degreesOfFreedom()
	}
	residuals := make([][]float64, len(Shapes))
	for i, s := range Shapes {
		residuals[i] = m.residuals(s)
	}
	best := math.Inf(-1)
	for _, k := range kernels {
		for _, quantile := range noiseQuantiles {
			noise := freedom / distuv.ChiSquared{K: freedom}.Quantile(quantile)
			p, ok := newProcess(k, configurations, observations, noise)
			if !ok {
				continue
			}
			for i, s := range Shapes {
				c := component{process: p, shape: i}
				c.weight = math.Log(k.prior*s.prior) + p.logLikelihood(residuals[i])
				best = max(best, c.weight)
				m.components = append(m.components, c)
			}
		}
	}
	sum := 0.0
	for i := range m.components {
		m.components[i].weight = math.Exp(m.components[i].weight - best)
		sum += m.components[i].weight
	}
	for i := range m.components {
		m.components[i].weight /= sum
	}
	return m
}

// residuals returns what a shape leaves unexplained of the observations.
func (m *mixture) residuals(s Shape) []float64 {
	r := make([]float64, len(m.observations))
	for i, o := range m.observations {
		r[i] = o.location - m.level - s.LogDuration(o.Configuration)
	}
	return r
}

// draw returns joint draws of the logarithms of typical durations, by draw and configuration, spread evenly over the
// components, by weight.
func (m *mixture) draw(count int, random *rand.Rand) [][]float64 {
	draws := make([][]float64, count)
	next, passed := 0, 0.0
	normals := mat.NewVecDense(len(m.configurations), nil)
	var step mat.VecDense
	var mean []float64
	for d := range draws {
		for at := (float64(d) + 0.5) / float64(count); next < len(m.components)-1 && passed+m.components[next].weight < at; next++ {
			passed += m.components[next].weight
			mean = nil
		}
		c := m.components[next]
		if mean == nil {
			mean = m.mean(c)
		}
		for i := range m.configurations {
			normals.SetVec(i, random.NormFloat64())
		}
		step.MulVec(c.process.posteriorRoot(), normals)
		draws[d] = make([]float64, len(m.configurations))
		for i := range draws[d] {
			draws[d][i] = mean[i] + step.AtVec(i)
		}
	}
	return draws
}

// mean returns a component's mean of the logarithms, by configuration.
func (m *mixture) mean(c component) []float64 {
	shape := Shapes[c.shape]
	var correction mat.VecDense
	correction.MulVec(c.process.gain().T(), mat.NewVecDense(len(m.observations), m.residuals(shape)))
	mean := make([]float64, len(m.configurations))
	for i, configuration := range m.configurations {
		mean[i] = m.level + shape.LogDuration(configuration) + correction.AtVec(i)
	}
	return mean
}
