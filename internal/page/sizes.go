package page

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

// size is a row of the table beside the pictures: a configuration, measured or estimated.
type size struct {
	Architecture tuning.Architecture
	Power        int
	// Duration is in ms, Cost in USD for a million invocations.
	Duration, DurationBand, Spread string
	Cost, CostBand                 string
	Samples                        int
	// Notes are "today", "advised" and "estimated".
	Notes  string
	Failed string
}

// point is what is known of one configuration.
type point struct {
	tuning.Configuration
	measured *tuning.SizeStatistics
	curve    *tuning.CurvePoint
}

// points returns every configuration of an output, by memory size.
func points(o *tuning.Output) []point {
	at := map[tuning.Configuration]*point{}
	get := func(a tuning.Architecture, power int) *point {
		c := tuning.Configuration{Architecture: a, MemorySize: power}
		if at[c] == nil {
			at[c] = &point{Configuration: c}
		}
		return at[c]
	}
	for _, t := range o.Targets {
		for i := range t.Sizes {
			get(t.Architecture, t.Sizes[i].Power).measured = &t.Sizes[i]
		}
	}
	for i := range o.Curve {
		get(o.Curve[i].Architecture, o.Curve[i].Power).curve = &o.Curve[i]
	}
	all := make([]point, 0, len(at))
	for _, p := range at {
		all = append(all, *p)
	}
	slices.SortFunc(all, func(p, q point) int {
		// x86_64 first, as in the pictures' keys.
		return cmp.Or(p.MemorySize-q.MemorySize, cmp.Compare(q.Architecture, p.Architecture))
	})
	return all
}

// works reports whether there is a measurement to draw.
func (p point) works() bool {
	return p.measured != nil && p.measured.Failed == "" && p.measured.Samples > 0
}

// values returns duration and cost: measured if they are, else estimated.
func (p point) values() (duration, cost float64, known bool) {
	switch {
	case p.works():
		return p.measured.Duration, p.measured.Cost, true
	case p.curve != nil:
		return p.curve.Duration, p.curve.Cost, true
	}
	return 0, 0, false
}

// warm returns the spread of the calls that a size is judged by.
func (p point) warm() *tuning.Spread {
	if p.measured == nil {
		return nil
	}
	if p.measured.Warm != nil {
		return p.measured.Warm
	}
	return p.measured.Cold
}

func sizes(o *tuning.Output) []size {
	today, known := verdicts.Today(o)
	best := verdicts.Advised(o)
	var rows []size
	for _, p := range points(o) {
		row := size{Architecture: p.Architecture, Power: p.MemorySize}
		if p.measured != nil {
			row.Failed, row.Samples = p.measured.Failed, p.measured.Samples
		}
		if duration, cost, ok := p.values(); ok {
			row.Duration, row.Cost = figure(duration), figure(cost*million)
		}
		if p.curve != nil {
			row.DurationBand = between(p.curve.DurationLow, p.curve.DurationHigh)
			row.CostBand = between(p.curve.CostLow*million, p.curve.CostHigh*million)
		}
		if w := p.warm(); p.works() && w != nil {
			row.Spread = figure(w.Min) + " · " + figure(w.Median) + " · " + figure(w.P95)
		}
		row.Notes = notes(
			known && p.Configuration == today, "today",
			p.Configuration == best, "advised",
			!p.works() && row.Failed == "", "estimated")
		rows = append(rows, row)
	}
	return rows
}

// notes lists the words whose condition holds.
func notes(pairs ...any) string {
	var all []string
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i].(bool) {
			all = append(all, pairs[i+1].(string))
		}
	}
	return strings.Join(all, ", ")
}
