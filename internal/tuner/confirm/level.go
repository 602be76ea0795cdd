package confirm

import (
	"math"

	"github.com/dualarch/dualarch/tuning"
)

// Level is a mean and the 95 % interval around it.
type Level struct{ Mean, Low, High float64 }

// LevelOf returns a contender's mean, and how far its sandboxes' own spread may have moved it; ok is false if it has too
// few sandboxes, or a mean that is not above 0.
func (c Contest) LevelOf(of tuning.Configuration) (l Level, ok bool) {
	values := c.values(of)
	if len(values) < leastSandboxes {
		return Level{}, false
	}
	variance, freedom := c.variance(of.Architecture)
	return around(mean(values), student(beyond, freedom)*math.Sqrt(variance/float64(len(values))))
}

// ExploredLevel returns the mean of calls on one sandbox as a level, given their relative standard deviation.
func ExploredLevel(mean, deviation float64, calls int) (l Level, ok bool) {
	variance := priorSpread*priorSpread + deviation*deviation/float64(max(1, calls))
	return around(mean, student(beyond, priorFreedom)*math.Sqrt(variance))
}

func around(mean, half float64) (l Level, ok bool) {
	l = Level{Mean: mean, Low: mean * math.Exp(-half), High: mean * math.Exp(half)}
	return l, l.Low > 0 && !math.IsInf(l.High, 1)
}

// Over is the advantage of one level over another if fresh sandboxes do not tell: the levels' intervals are added as
// squares, and so is what a kind of host may add that exploring did not run on.
func (l Level) Over(m Level) tuning.Interval {
	difference := math.Log(l.Mean / m.Mean)
	up := math.Hypot(math.Hypot(math.Log(l.High/l.Mean), math.Log(m.Mean/m.Low)), kindMost)
	down := math.Hypot(math.Hypot(math.Log(l.Mean/l.Low), math.Log(m.High/m.Mean)), kindMost)
	return tuning.Interval{Percent: percent(difference), Low: percent(difference + up), High: percent(difference - down)}
}
