package confirm

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/dualarch/dualarch/tuning"
)

// leastSandboxes is the fewest that a spread can be told from.
const leastSandboxes = 2

// Contender is a configuration with one positive value for each of its sandboxes: the mean of the sandbox's calls.
type Contender struct {
	tuning.Configuration
	Values []float64
}

// Contest is what the fresh sandboxes of all contenders showed by one measure.
type Contest struct {
	Contenders []Contender
	// Noise is the variance that calls, and not hosts, give a sandbox's value, as a share of its square.
	Noise float64
}

// Comparison is what is known of one contender's advantage over another.
type Comparison struct {
	// difference is that of the logarithms of the means; below 0 the first contender is better.
	difference float64
	// spread is its standard error, freedom the degrees of freedom of that.
	spread, freedom float64
	// kinds is what kinds of hosts that no sandbox ran on may add; 0 within one architecture.
	kinds  float64
	n      int // sandboxes of the contender with fewer
	within bool
}

// Compare compares two contenders. ok is false if one has too few sandboxes, or values that are not above 0.
func (c Contest) Compare(a, b tuning.Configuration) (between Comparison, ok bool) {
	first, second := c.values(a), c.values(b)
	if len(first) < leastSandboxes || len(second) < leastSandboxes {
		return Comparison{}, false
	}
	between = Comparison{
		difference: math.Log(mean(first) / mean(second)),
		n:          min(len(first), len(second)), within: a.Architecture == b.Architecture,
	}
	va, fa := c.variance(a.Architecture)
	vb, fb := c.variance(b.Architecture)
	va, vb = va/float64(len(first)), vb/float64(len(second))
	between.spread = math.Sqrt(va + vb)
	if between.within {
		between.freedom = fa
	} else {
		between.freedom = (va + vb) * (va + vb) / (va*va/fa + vb*vb/fb)
		between.kinds = unseen(min(c.sandboxes(a.Architecture), c.sandboxes(b.Architecture)))
	}
	if v := between.difference + between.spread; math.IsNaN(v) || math.IsInf(v, 0) {
		return Comparison{}, false
	}
	return between, true
}

func (c Contest) values(of tuning.Configuration) []float64 {
	for _, contender := range c.Contenders {
		if contender.Configuration == of {
			return contender.Values
		}
	}
	return nil
}

// variance is that of an architecture's sandboxes, relative to their configuration's mean.
func (c Contest) variance(a tuning.Architecture) (variance, freedom float64) {
	squares, freedom := priorFreedom*(priorSpread*priorSpread+c.Noise), float64(priorFreedom)
	for _, contender := range c.Contenders {
		if contender.Architecture != a || len(contender.Values) == 0 {
			continue
		}
		m := mean(contender.Values)
		for _, v := range contender.Values {
			squares += (v/m - 1) * (v/m - 1)
		}
		freedom += float64(len(contender.Values) - 1)
	}
	return squares / freedom, freedom
}

func (c Contest) sandboxes(a tuning.Architecture) (n int) {
	for _, contender := range c.Contenders {
		if contender.Architecture == a {
			n += len(contender.Values)
		}
	}
	return n
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// Interval is the advantage in per cent.
func (c Comparison) Interval() tuning.Interval {
	half := c.half()
	return tuning.Interval{Percent: percent(c.difference), Low: percent(c.difference + half), High: percent(c.difference - half)}
}

// percent is how much smaller the first of two means is, given the difference of their logarithms.
func percent(difference float64) float64 { return 100 * (1 - math.Exp(difference)) }

// half is half the interval's width.
func (c Comparison) half() float64 { return math.Hypot(student(beyond, c.freedom)*c.spread, c.kinds) }

// student returns what Student's t exceeds on either side with a chance.
func student(chance, freedom float64) float64 {
	return distuv.StudentsT{Sigma: 1, Nu: freedom}.Quantile(1 - chance/2)
}
