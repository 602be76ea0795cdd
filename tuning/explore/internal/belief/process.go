package belief

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/dualarch/dualarch/tuning"
)

// kernel says how the logarithms of two configurations' durations vary together around a shape.
type kernel struct {
	roughness float64 // standard deviation of what a shape does not explain
	prior     float64 // its probability before anything is measured
}

// kernels are the degrees of roughness held possible.
var kernels = []kernel{{0.015, 0.25}, {0.04, 0.35}, {0.1, 0.3}, {0.25, 0.1}}

const (
	// LengthScale is the distance, in octaves of memory, over which what a shape does not explain stays similar.
	LengthScale = 1.0
	// archCorrelation is its correlation between the two architectures.
	archCorrelation = 0.5
	// ownVariance is the part of its variance that a memory size has for itself, shared only with sizes within
	// OwnLengthScale.
	ownVariance = 0.25
	// OwnLengthScale is the distance, in octaves of memory, from which a size has something of its own.
	OwnLengthScale = 0.2
	// levelStdDev is the standard deviation of the logarithm of a shape's factor, around the mean of what was observed.
	levelStdDev = 3
	// archStdDev is the standard deviation of the difference between the architectures that shapes leave open.
	archStdDev = 0.04
)

// covariance returns that of two configurations.
func (k kernel) covariance(a, b tuning.Configuration) float64 {
	d := math.Log2(float64(a.MemorySize)/float64(b.MemorySize)) / LengthScale
	smooth := (1 - ownVariance) * math.Exp(-d*d/2)
	if a.Architecture != b.Architecture {
		return levelStdDev*levelStdDev + k.roughness*k.roughness*smooth*archCorrelation
	}
	q := d / OwnLengthScale
	own := ownVariance * math.Exp(-q*q/2)
	return levelStdDev*levelStdDev + k.roughness*k.roughness*(smooth+own) + archStdDev*archStdDev
}

// process is a Gaussian process conditioned on observations: what one kernel says of all configurations once some have
// been observed through calls of some noise.
type process struct {
	kernel         kernel
	configurations []tuning.Configuration
	observations   []Observation
	observed       mat.Cholesky // of the covariance of the observations
	factor         [][]float64  // the same, by row
	logDeterminant float64
	// gained and root are computed when they are needed: most processes explain nothing.
	gained *mat.Dense
	root   *mat.TriDense
}

// newProcess conditions a kernel on the observations, whose calls' variance is so many times as large as was seen. ok is
// false if their covariance is not positive definite.
func newProcess(k kernel, configurations []tuning.Configuration, observations []Observation, noise float64) (p *process, ok bool) {
	n := len(observations)
	p = &process{kernel: k, configurations: configurations, observations: observations}
	observed := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			observed.SetSym(i, j, k.covariance(observations[i].Configuration, observations[j].Configuration))
		}
		observed.SetSym(i, i, observed.At(i, i)+observations[i].variance(noise))
	}
	if !p.observed.Factorize(observed) {
		return nil, false
	}
	var lower mat.TriDense
	p.observed.LTo(&lower)
	p.factor = make([][]float64, n)
	for i := range n {
		for j := range i + 1 {
			p.factor[i] = append(p.factor[i], lower.At(i, j))
		}
	}
	p.logDeterminant = p.observed.LogDet()
	return p, true
}

// logLikelihood returns the logarithm of how likely the residuals are under the process, up to a constant.
func (p *process) logLikelihood(residuals []float64) float64 {
	squares := 0.0
	var room [64]float64
	solved := append(room[:0], residuals...)
	for i, row := range p.factor {
		for j, l := range row[:i] {
			solved[i] -= l * solved[j]
		}
		solved[i] /= row[i]
		squares += solved[i] * solved[i]
	}
	return -squares/2 - p.logDeterminant/2
}

// gain turns residuals at the observations into corrections at all configurations.
func (p *process) gain() *mat.Dense {
	if p.gained == nil {
		p.gained = &mat.Dense{}
		// A factor that is badly conditioned still gives the best there is.
		_ = p.observed.SolveTo(p.gained, p.cross())
	}
	return p.gained
}

// cross is the covariance of the observations with all configurations.
func (p *process) cross() *mat.Dense {
	cross := mat.NewDense(len(p.observations), len(p.configurations), nil)
	for i, o := range p.observations {
		for j, c := range p.configurations {
			cross.Set(i, j, p.kernel.covariance(o.Configuration, c))
		}
	}
	return cross
}

// posteriorRoot is a Cholesky factor of the posterior covariance: it turns standard normals into a draw.
func (p *process) posteriorRoot() *mat.TriDense {
	if p.root != nil {
		return p.root
	}
	var explained mat.Dense
	explained.Mul(p.cross().T(), p.gain())
	m := len(p.configurations)
	posterior := mat.NewSymDense(m, nil)
	p.root = mat.NewTriDense(m, mat.Lower, nil)
	var root mat.Cholesky
	// Rounding may leave a variance below zero; a little more keeps the matrix positive definite.
	for jitter := 1e-8; ; jitter *= 10 {
		for i, a := range p.configurations {
			for j := i; j < m; j++ {
				posterior.SetSym(i, j, p.kernel.covariance(a, p.configurations[j])-explained.At(i, j))
			}
			posterior.SetSym(i, i, math.Max(posterior.At(i, i), 0)+jitter)
		}
		if root.Factorize(posterior) {
			root.LTo(p.root)
			return p.root
		}
	}
}
