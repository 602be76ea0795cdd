package explore

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/dualarch/dualarch/tuning"
)

// draws is how many joint samples of the posterior decisions rest on.
const draws = 400

// posterior is what the samples say of all configurations, measured or not: joint draws of the logarithms
// of their typical durations, from a mixture of shapes and kernels weighted by how well each explains what
// was seen.
type posterior struct {
	configurations []tuning.Configuration
	seen           map[tuning.Configuration]observation
	logs           [][]float64 // by draw and configuration
	variances      []float64   // of the logarithms, by configuration
	// noise is the variance of a single call's logarithm where nothing was measured.
	noise              float64
	untrimmed, trimmed float64 // the same, of the tails
	rounding           float64
	cold               bool // everything seen was
}

func newPosterior(configurations []tuning.Configuration, seen []observation, seed uint64) *posterior {
	p := &posterior{configurations: configurations, seen: map[tuning.Configuration]observation{}, cold: true}
	center, calls := 0.0, 0.0
	for _, o := range seen {
		n := float64(len(o.durations))
		p.seen[o.Configuration] = o
		p.noise += n * o.noise
		p.untrimmed += n * o.untrimmed
		p.trimmed += n * o.trimmed
		p.rounding += n * o.rounding
		p.cold = p.cold && o.cold
		center += o.location / float64(len(seen))
		calls += n
	}
	p.noise, p.untrimmed, p.trimmed, p.rounding = p.noise/calls, p.untrimmed/calls, p.trimmed/calls, p.rounding/calls
	p.draw(seen, center, rand.New(rand.NewPCG(seed, uint64(len(seen)))))
	p.variances = make([]float64, len(configurations))
	for i := range configurations {
		p.variances[i] = variance(p.logs, i)
	}
	return p
}

// explanation is one shape under one kernel.
type explanation struct {
	process *process
	shape   shape
	weight  float64
	mean    []float64 // of the logarithms, by configuration
}

// draw fills logs.
func (p *posterior) draw(seen []observation, center float64, random *rand.Rand) {
	all := explain(p.configurations, seen, center)
	p.logs = make([][]float64, draws)
	next, passed := 0, 0.0
	normals := mat.NewVecDense(len(p.configurations), nil)
	var step mat.VecDense
	for d := range p.logs {
		// Draws are spread evenly over the explanations, by weight.
		for at := (float64(d) + 0.5) / draws; next < len(all)-1 && passed+all[next].weight < at; next++ {
			passed += all[next].weight
		}
		e := &all[next]
		e.predict(p.configurations, seen, center)
		for i := range p.configurations {
			normals.SetVec(i, random.NormFloat64())
		}
		step.MulVec(e.process.spread, normals)
		p.logs[d] = make([]float64, len(p.configurations))
		for i := range p.logs[d] {
			p.logs[d][i] = e.mean[i] + step.AtVec(i)
		}
	}
}

// explain weighs all shapes under all kernels by what was seen.
func explain(configurations []tuning.Configuration, seen []observation, center float64) []explanation {
	var all []explanation
	best := math.Inf(-1)
	for _, k := range kernels {
		process, ok := newProcess(k, configurations, seen)
		if !ok {
			continue
		}
		for _, s := range shapes {
			e := explanation{process: process, shape: s}
			e.weight = math.Log(k.weight*s.weight) + process.evidence(residuals(s, seen, center))
			best = max(best, e.weight)
			all = append(all, e)
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

// residuals are what a shape leaves unexplained of what was seen.
func residuals(s shape, seen []observation, center float64) *mat.VecDense {
	r := mat.NewVecDense(len(seen), nil)
	for i, o := range seen {
		r.SetVec(i, o.location-center-s.logDuration(o.Configuration))
	}
	return r
}

// predict fills in the mean.
func (e *explanation) predict(configurations []tuning.Configuration, seen []observation, center float64) {
	if e.mean != nil {
		return
	}
	var correction mat.VecDense
	correction.MulVec(e.process.gain.T(), residuals(e.shape, seen, center))
	e.mean = make([]float64, len(configurations))
	for i, c := range configurations {
		e.mean[i] = center + e.shape.logDuration(c) + correction.AtVec(i)
	}
}

// means are a configuration's mean cost and trimmed mean duration where its typical duration has a logarithm.
func (p *posterior) means(i int, logarithm float64, price Price) Means {
	untrimmed, trimmed, rounding, cold := p.untrimmed, p.trimmed, p.rounding, p.cold
	if o, ok := p.seen[p.configurations[i]]; ok {
		untrimmed, trimmed, rounding, cold = o.untrimmed, o.trimmed, o.rounding, o.cold
	}
	m := Means{
		Cost:     price.Invocation + price.Millisecond*max(0, math.Exp(logarithm+untrimmed)+rounding),
		Duration: math.Exp(logarithm + trimmed),
	}
	if cold {
		m.Cost += price.Restore
	}
	return m
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
