package page

import (
	"html/template"
	"math"

	"github.com/dualarch/dualarch/internal/page/chart"
	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/tuning"
)

// saving is a row of what moving saves.
type saving struct {
	What, From, To string
	Cheaper        cell
	Faster         cell
	Estimated      bool
}

// cell is a percentage in words and as a picture.
type cell struct {
	Text string
	Bar  template.HTML
}

// compared is a row before it is drawn.
type compared struct {
	what, from, to string
	percents       [2]float64 // cheaper, faster
	intervals      [2]*tuning.Interval
	estimated      bool
}

// savings returns the parts of the way from today's configuration, and the other architecture's best.
func savings(o *tuning.Output) []saving {
	all := comparisons(o)
	var values []float64
	for _, c := range all {
		for i := range c.percents {
			values = append(values, within(c.percents[i]))
			if interval := c.intervals[i]; interval != nil {
				values = append(values, within(interval.Low), within(interval.High))
			}
		}
	}
	axis := chart.Signed(values, phrase.Percent)
	var rows []saving
	for _, c := range all {
		rows = append(rows, saving{
			What: c.what, From: c.from, To: c.to, Estimated: c.estimated,
			Cheaper: newCell(cost, axis, c.percents[0], c.intervals[0]), Faster: newCell(speed, axis, c.percents[1], c.intervals[1]),
		})
	}
	return rows
}

// within keeps a value from making all others small.
func within(percent float64) float64 { return math.Max(-100, math.Min(100, percent)) }

func newCell(w words, axis chart.Axis, percent float64, i *tuning.Interval) cell {
	bar := chart.Bar{Axis: axis, Percent: percent, Low: percent, High: percent, NoIntervals: i == nil}
	if i != nil {
		bar.Low, bar.High = i.Low, i.High
	}
	return cell{w.advantage(percent, i), bar.SVG()}
}

const movingFromToday = "Moving from today"

func comparisons(o *tuning.Output) []compared {
	c, r := o.Comparison, o.Recommendation
	if c == nil {
		c = &tuning.Comparison{}
	}
	if r == nil {
		r = &tuning.Recommendation{}
	}
	best := configuration(o.Architecture, o.Power)
	var all []compared
	all = append(all, versus(movingFromToday, best, c.Today, r.Today)...)
	all = append(all, part("of that by memory", c.ByMemory)...)
	all = append(all, part("of that by architecture", c.ByArchitecture)...)
	return append(all, versus("Beside the other architecture's best", best, c.OtherArchitecture, r.OtherArchitecture)...)
}

// versus prefers fresh samples: those of the confirmation, if they compare the same.
func versus(what, best string, v *tuning.Versus, fresh *tuning.Advantage) []compared {
	switch {
	case v == nil && fresh == nil:
		return nil
	case v == nil || v.Cheaper == nil && fresh != nil:
		return []compared{{
			what: what, from: configuration(fresh.Architecture, fresh.Power), to: best,
			percents: [2]float64{fresh.Cheaper.Percent, fresh.Faster.Percent}, intervals: [2]*tuning.Interval{&fresh.Cheaper, &fresh.Faster},
		}}
	}
	return []compared{{
		what: what, from: configuration(v.Architecture, v.Power), to: best,
		percents: [2]float64{v.CheaperPercent, v.FasterPercent}, intervals: [2]*tuning.Interval{v.Cheaper, v.Faster},
		// Outputs without intervals hold what exploring measured.
		estimated: v.Estimated || v.Cheaper == nil,
	}}
}

func part(what string, p *tuning.Part) []compared {
	if p == nil {
		return nil
	}
	return []compared{{
		what: what, from: configuration(p.From.Architecture, p.From.Power), to: configuration(p.To.Architecture, p.To.Power),
		percents: [2]float64{p.CheaperPercent, p.FasterPercent}, intervals: [2]*tuning.Interval{p.Cheaper, p.Faster}, estimated: p.Estimated,
	}}
}
