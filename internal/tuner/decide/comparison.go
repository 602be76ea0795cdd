package decide

import (
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/confirm"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/ranking"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
	"github.com/dualarch/dualarch/internal/tuner/trial"
	"github.com/dualarch/dualarch/tuning"
)

// comparison sets the winner beside the other architecture's best and beside today's configuration, and divides what
// moving saves. It gives the figures that the recommendation gives: those of fresh samples if there are any.
func (r ranked) comparison() *tuning.Comparison {
	if r.OtherBest.MemorySize == 0 && r.Today == nil {
		return nil
	}
	winner := r.level(r.Winner.Configuration)
	c := &tuning.Comparison{Winner: &winner.means}
	if r.OtherBest.MemorySize > 0 {
		c.OtherArchitecture = versusOf(r.part(r.OtherBest, r.Winner.Configuration))
	}
	if r.Today == nil {
		return c
	}
	c.Today = versusOf(r.part(r.Today.Configuration, r.Winner.Configuration))
	if r.OtherBest.MemorySize > 0 {
		home := r.home()
		memory, architecture := r.part(r.Today.Configuration, home), r.part(home, r.Winner.Configuration)
		c.ByMemory, c.ByArchitecture = &memory, &architecture
	}
	return c
}

// home is the best size of today's architecture, where both have one.
func (r ranked) home() tuning.Configuration {
	if r.Winner.Architecture == r.State.Journal.Today().Architecture {
		return r.Winner.Configuration
	}
	return r.OtherBest
}

// versusOf is a part that leads to the winner, by where it begins.
func versusOf(p tuning.Part) *tuning.Versus {
	return &tuning.Versus{
		Architecture: p.From.Architecture, Power: p.From.Power, Cost: p.From.Cost, Duration: p.From.Duration,
		CheaperPercent: p.CheaperPercent, FasterPercent: p.FasterPercent, Cheaper: p.Cheaper, Faster: p.Faster, Estimated: p.Estimated,
	}
}

// part compares two configurations on fresh samples or, if one of them has none, by what exploring makes of that one.
func (r ranked) part(from, to tuning.Configuration) tuning.Part {
	a, b := r.level(to), r.level(from)
	p := tuning.Part{From: b.means, To: a.means}
	if from == to {
		p.Cheaper, p.Faster = &tuning.Interval{}, &tuning.Interval{}
		return p
	}
	if v := r.Versus(r.Candidate(to), r.Candidate(from)); v.OK {
		p.Cheaper, p.Faster = &v.Cheaper, &v.Faster
	} else {
		p.Estimated, p.Cheaper, p.Faster = true, estimated(a.cost, b.cost), estimated(a.duration, b.duration)
	}
	if p.Cheaper != nil {
		p.CheaperPercent = p.Cheaper.Percent
	}
	if p.Faster != nil {
		p.FasterPercent = p.Faster.Percent
	}
	return p
}

// estimated returns the advantage of one level over another; nil if one of them is not above 0: if nothing costs
// anything, nothing is cheaper.
func estimated(a, b confirm.Level) *tuning.Interval {
	if a.Low <= 0 || b.Low <= 0 {
		return nil
	}
	i := ranking.RoundedInterval(a.Over(b))
	return &i
}

// level is what is known of a configuration's means, and how well.
type level struct {
	means          tuning.Means
	cost, duration confirm.Level
}

// level returns what fresh samples say of a configuration; if there are none what exploring expects or has measured.
func (r ranked) level(c tuning.Configuration) level {
	l, ok := r.freshLevel(c)
	if !ok {
		l = r.exploredLevel(c)
	}
	l.means = tuning.Means{
		Architecture: c.Architecture, Power: c.MemorySize,
		Cost: statistics.Significant(l.cost.Mean), Duration: statistics.Rounded(l.duration.Mean),
	}
	return l
}

func (r ranked) freshLevel(c tuning.Configuration) (l level, ok bool) {
	l.cost, ok = r.Contest(trial.Trial.Cost).LevelOf(c)
	if !ok {
		return level{}, false
	}
	l.duration, ok = r.Contest(trial.Trial.Duration).LevelOf(c)
	return l, ok
}

func (r ranked) exploredLevel(c tuning.Configuration) (l level) {
	if e, ok := r.OnCurve(c); ok {
		l.cost = confirm.Level{
			Mean: statistics.Approximate(e.Cost.Mean), Low: statistics.Approximate(e.Cost.Low), High: statistics.Approximate(e.Cost.High),
		}
		l.duration = confirm.Level(e.Duration)
		if fixed, millisecond := r.pricesOf(c).Line(c.MemorySize); millisecond > 0 {
			l.duration = untrimmed(l.cost, fixed, millisecond)
		}
		return l
	}
	measured := r.Candidate(c)
	if measured == nil {
		return level{}
	}
	basis, _ := ranking.Basis(r.Input, r.Exploring[c])
	durations := statistics.Totals(basis)
	deviation := 0.0
	if mean := statistics.Mean(durations); mean > 0 {
		deviation = statistics.StandardDeviation(durations) / mean
	}
	l.cost, _ = confirm.ExploredLevel(measured.Cost, deviation, len(basis))
	l.duration, _ = confirm.ExploredLevel(measured.Duration, deviation, len(basis))
	l.cost.Mean, l.duration.Mean = measured.Cost, measured.Duration
	return l
}

// untrimmed returns the mean durations that costs mean at such prices, since the curve's durations are trimmed and those
// of fresh samples are not.
func untrimmed(cost confirm.Level, fixed, millisecond float64) confirm.Level {
	of := func(cost float64) float64 { return max(shortest, (cost-fixed)/millisecond-rounding) }
	return confirm.Level{Mean: of(cost.Mean), Low: of(cost.Low), High: of(cost.High)}
}

const (
	// rounding is what is billed beyond a duration in the mean, in ms.
	rounding = 0.5
	// shortest is the shortest duration that the platform reports, in ms.
	shortest = 0.01
)

func (r ranked) pricesOf(c tuning.Configuration) price.Prices {
	i := slices.IndexFunc(r.State.Journal.Targets, func(t run.Target) bool { return t.Architecture == c.Architecture })
	return price.For(r.Input.Terms, r.State.Journal.Targets[i].Priced())
}
