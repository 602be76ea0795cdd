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
	// ownLengthScale.
	ownVariance, ownLengthScale = 0.25, 0.2
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
	q := d / ownLengthScale
	own := ownVariance * math.Exp(-q*q/2)
	return levelStdDev*levelStdDev + k.roughness*k.roughness*(smooth+own) + archStdDev*archStdDev
}

// process is a Gaussian process conditioned on observations: what one kernel says of all configurations once some have
// been observed.
type process struct {
	observed mat.Cholesky // of the covariance of the observations
	// gain turns residuals at the observations into corrections at all configurations.
	gain *mat.Dense
	// root is a Cholesky factor of the posterior covariance: root × standard normals is a draw.
	root *mat.TriDense
}

// newProcess conditions a kernel on the observations. ok is false if a covariance is not positive definite.
func newProcess(k kernel, configurations []tuning.Configuration, observations []Observation) (p *process, ok bool) {
	n, m := len(observations), len(configurations)
	p = &process{}
	observed := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			observed.SetSym(i, j, k.covariance(observations[i].Configuration, observations[j].Configuration))
		}
		observed.SetSym(i, i, observed.At(i, i)+observations[i].variance)
	}
	if !p.observed.Factorize(observed) {
		return nil, false
	}
	cross := mat.NewDense(n, m, nil)
	for i := range n {
		for j, c := range configurations {
			cross.Set(i, j, k.covariance(observations[i].Configuration, c))
		}
	}
	p.gain = &mat.Dense{}
	if err := p.observed.SolveTo(p.gain, cross); err != nil {
		return nil, false
	}
	var explained mat.Dense
	explained.Mul(cross.T(), p.gain)
	posterior := mat.NewSymDense(m, nil)
	for i, a := range configurations {
		for j := i; j < m; j++ {
			posterior.SetSym(i, j, k.covariance(a, configurations[j])-explained.At(i, j))
		}
		// Rounding may leave a variance below zero; the rest keeps the matrix positive definite.
		posterior.SetSym(i, i, math.Max(posterior.At(i, i), 0)+1e-8)
	}
	var root mat.Cholesky
	if !root.Factorize(posterior) {
		return nil, false
	}
	p.root = mat.NewTriDense(m, mat.Lower, nil)
	root.LTo(p.root)
	return p, true
}

// logLikelihood returns the logarithm of how likely the residuals are under the process, up to a constant.
func (p *process) logLikelihood(residuals *mat.VecDense) float64 {
	var solved mat.VecDense
	if err := p.observed.SolveVecTo(&solved, residuals); err != nil {
		return math.Inf(-1)
	}
	return -mat.Dot(residuals, &solved)/2 - p.observed.LogDet()/2
}
