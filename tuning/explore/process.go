package explore

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/dualarch/dualarch/tuning"
)

// kernel says how the logarithms of two configurations' durations vary together around a shape.
type kernel struct {
	roughness float64 // standard deviation of what a shape does not explain
	weight    float64 // how likely it is before anything is measured
}

// kernels are the roughnesses held possible.
var kernels = []kernel{{0.015, 0.25}, {0.04, 0.35}, {0.1, 0.3}, {0.25, 0.1}}

const (
	// lengthScale is the length, in octaves of memory, over which what a shape does not explain stays alike.
	lengthScale = 1.0
	// archCorrelation is its correlation between the two architectures.
	archCorrelation = 0.5
	// ownVariance is the part of its variance that a memory size has for itself, with those within quirk octaves.
	ownVariance, ownLengthScale = 0.25, 0.2
	// levelStdDev is the standard deviation of the logarithm of a shape's factor, around the mean of what was seen.
	levelStdDev = 3
	// archStdDev is what shapes leave open between the architectures, at all sizes.
	archStdDev = 0.04
)

// covariance of two configurations.
func (k kernel) covariance(a, b tuning.Configuration) float64 {
	d := math.Log2(float64(a.MemorySize)/float64(b.MemorySize)) / lengthScale
	smooth := (1 - ownVariance) * math.Exp(-d*d/2)
	if a.Architecture != b.Architecture {
		return levelStdDev*levelStdDev + k.roughness*k.roughness*smooth*archCorrelation
	}
	q := d / ownLengthScale
	own := ownVariance * math.Exp(-q*q/2)
	return levelStdDev*levelStdDev + k.roughness*k.roughness*(smooth+own) + archStdDev*archStdDev
}

// process is a Gaussian process conditioned on observations: what one kernel says of all configurations
// once some have been observed.
type process struct {
	kernel   kernel
	observed mat.Cholesky
	// gain turns residuals at the observations into corrections at all configurations.
	gain *mat.Dense
	// spread is a root of the covariance that is left: spread × standard normals is a draw.
	spread *mat.TriDense
	// left is that covariance's diagonal.
	left []float64
}

func newProcess(k kernel, configurations []tuning.Configuration, seen []observation) (*process, bool) {
	n, m := len(seen), len(configurations)
	p := &process{kernel: k}
	observed := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			observed.SetSym(i, j, k.covariance(seen[i].Configuration, seen[j].Configuration))
		}
		observed.SetSym(i, i, observed.At(i, i)+seen[i].variance)
	}
	if !p.observed.Factorize(observed) {
		return nil, false
	}
	cross := mat.NewDense(n, m, nil)
	for i := range n {
		for j, c := range configurations {
			cross.Set(i, j, k.covariance(seen[i].Configuration, c))
		}
	}
	p.gain = &mat.Dense{}
	if err := p.observed.SolveTo(p.gain, cross); err != nil {
		return nil, false
	}
	var explained mat.Dense
	explained.Mul(cross.T(), p.gain)
	left := mat.NewSymDense(m, nil)
	p.left = make([]float64, m)
	for i, a := range configurations {
		for j := i; j < m; j++ {
			left.SetSym(i, j, k.covariance(a, configurations[j])-explained.At(i, j))
		}
		// What rounding leaves below zero is nothing.
		p.left[i] = math.Max(left.At(i, i), 0)
		left.SetSym(i, i, p.left[i]+1e-8)
	}
	var root mat.Cholesky
	if !root.Factorize(left) {
		return nil, false
	}
	p.spread = mat.NewTriDense(m, mat.Lower, nil)
	root.LTo(p.spread)
	return p, true
}

// evidence is the logarithm of how likely the residuals are under the process, but for a constant.
func (p *process) evidence(residuals *mat.VecDense) float64 {
	var solved mat.VecDense
	if err := p.observed.SolveVecTo(&solved, residuals); err != nil {
		return math.Inf(-1)
	}
	return -mat.Dot(residuals, &solved)/2 - p.observed.LogDet()/2
}
