package page

import (
	"fmt"
	"strconv"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/page/chart"
	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

// key names what a class draws.
type key struct{ Class, Name string }

// peerClasses is how many results of AWS Lambda Power Tuning have a colour of their own.
const peerClasses = 4

// quantity is what a picture shows of each configuration.
type quantity struct {
	id, title, unit string
	value           func(point) (float64, bool)
	spread          func(point) (low, high float64)
	curve           func(tuning.CurvePoint) (value, low, high float64)
	peer            func(verdicts.Point) float64
}

var quantities = []quantity{
	{
		id: "duration", title: "Duration in ms by memory in MB", unit: "ms",
		value: func(p point) (float64, bool) { d, _, known := p.values(); return d, known },
		spread: func(p point) (float64, float64) {
			if w := p.warm(); w != nil {
				return w.Min, w.P95
			}
			return 0, 0
		},
		curve: func(c tuning.CurvePoint) (float64, float64, float64) {
			return c.Duration, c.DurationLow, c.DurationHigh
		},
		peer: func(p verdicts.Point) float64 { return p.Duration },
	},
	{
		id: "cost", title: "Cost in USD per million invocations by memory in MB", unit: "USD per million",
		value: func(p point) (float64, bool) { _, c, known := p.values(); return c * million, known },
		// An invocation costs as much more as it takes longer, its request apart.
		spread: func(p point) (float64, float64) {
			if w := p.warm(); w != nil && w.Mean > 0 {
				perMs := w.MeanCost * million / w.Mean
				return w.Min * perMs, w.P95 * perMs
			}
			return 0, 0
		},
		curve: func(c tuning.CurvePoint) (float64, float64, float64) {
			return c.Cost * million, c.CostLow * million, c.CostHigh * million
		},
		peer: func(p verdicts.Point) float64 { return p.Cost * million },
	},
}

// draw draws the pictures of the latest verdict, if there is one, with what AWS Lambda Power Tuning gave.
func (s *section) draw(latest *verdicts.Verdict, peers []verdicts.Verdict) {
	var o *tuning.Output
	if latest != nil {
		o = latest.Output
		for _, t := range o.Targets {
			s.Keys = append(s.Keys, key{class(t.Architecture), string(t.Architecture)})
		}
	}
	var old []verdicts.Series
	for _, p := range peers {
		for _, series := range p.Peer.Series {
			s.Keys = append(s.Keys, key{peerClass(len(old)), seriesName(p, series)})
			old = append(old, series)
		}
	}
	for _, q := range quantities {
		c, some := q.chart(o, old)
		if !some {
			return
		}
		c.ID = s.ID + "-" + q.id
		c.Title = guard.Printable(s.Name) + ": " + q.title
		c.Description = q.describe(o) + "The table below has every value."
		s.Pictures = append(s.Pictures, captioned{c.SVG(), q.title})
		if q.id == "cost" {
			c.ID += "-small"
			c.Small = true
			s.Small = c.SVG()
		}
	}
}

func megabytes(v float64) string { return strconv.Itoa(int(v)) }

func peerClass(i int) string { return "peer" + strconv.Itoa(i%peerClasses) }

// seriesName names a series of AWS Lambda Power Tuning's.
func seriesName(v verdicts.Verdict, s verdicts.Series) string {
	name := v.Source
	if s.Name != "" {
		name += ", " + s.Name
	}
	return name
}

// chart puts together what there is to draw; some reports whether there is anything.
func (q quantity) chart(o *tuning.Output, old []verdicts.Series) (c chart.Chart, some bool) {
	var powers, values []float64
	add := func(p chart.Point) chart.Point {
		powers, values = append(powers, p.X), append(values, p.Y)
		if p.High > 0 {
			values = append(values, p.Low, p.High)
		}
		return p
	}
	if o != nil {
		all := points(o)
		for _, t := range o.Targets {
			s := chart.Series{Class: class(t.Architecture)}
			for _, p := range all {
				if p.Architecture != t.Architecture {
					continue
				}
				x := float64(p.MemorySize)
				if p.curve != nil {
					value, low, high := q.curve(*p.curve)
					s.Curve = append(s.Curve, add(chart.Point{X: x, Y: value, Low: low, High: high}))
				}
				if value, _ := q.value(p); p.works() {
					low, high := q.spread(p)
					s.Points = append(s.Points, add(chart.Point{X: x, Y: value, Low: low, High: high}))
				}
			}
			s.Joined = len(s.Curve) == 0
			c.Series = append(c.Series, s)
		}
		c.Marks = q.marks(o, all)
	}
	for i, series := range old {
		s := chart.Series{Class: peerClass(i), Joined: true}
		for _, p := range series.Points {
			s.Points = append(s.Points, add(chart.Point{X: float64(p.Power), Y: q.peer(p)}))
		}
		c.Series = append(c.Series, s)
	}
	if len(powers) == 0 {
		return c, false
	}
	c.X, c.Y = chart.Memory(powers, megabytes), chart.Amounts(values, figure)
	return c, true
}

// marks returns today's configuration and the advised one, as one if they are the same.
func (q quantity) marks(o *tuning.Output, all []point) []chart.Mark {
	today, known := verdicts.Today(o)
	best := verdicts.Advised(o)
	var marks []chart.Mark
	mark := func(c tuning.Configuration, class, label string) {
		for _, p := range all {
			if value, ok := q.value(p); ok && p.Configuration == c {
				marks = append(marks, chart.Mark{X: float64(c.MemorySize), Y: value, Class: class, Label: label})
			}
		}
	}
	if known && today == best {
		mark(today, "advised", "today, advised")
		return marks
	}
	if known {
		mark(today, "today", "today")
	}
	mark(best, "advised", "advised")
	return marks
}

// describe says what the marks show.
func (q quantity) describe(o *tuning.Output) string {
	if o == nil {
		return ""
	}
	text := ""
	best := verdicts.Advised(o)
	today, known := verdicts.Today(o)
	for _, p := range points(o) {
		value, ok := q.value(p)
		if !ok {
			continue
		}
		if known && p.Configuration == today {
			text += fmt.Sprintf("Today, %s: %s %s. ", phrase.Configuration(p.Configuration), figure(value), q.unit)
		}
		if p.Configuration == best {
			text += fmt.Sprintf("Advised, %s: %s %s. ", phrase.Configuration(p.Configuration), figure(value), q.unit)
		}
	}
	return text
}

// peerResult is a row of what AWS Lambda Power Tuning measured.
type peerResult struct {
	Name           string
	Power          int
	Duration, Cost string
	Best           bool
}

func peerResults(peers []verdicts.Verdict) []peerResult {
	var rows []peerResult
	row := func(name string, p verdicts.Point, best bool) {
		rows = append(rows, peerResult{name, p.Power, figure(p.Duration), figure(p.Cost * million), best})
	}
	for _, v := range peers {
		best := v.Peer.Best
		for _, s := range v.Peer.Series {
			for _, p := range s.Points {
				row(seriesName(v, s), p, best != nil && best.Power == p.Power)
			}
		}
		if len(v.Peer.Series) == 0 && best != nil {
			row(seriesName(v, verdicts.Series{}), *best, true)
		}
	}
	return rows
}
