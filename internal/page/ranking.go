package page

import (
	"cmp"
	"html/template"
	"math"
	"slices"

	"github.com/dualarch/dualarch/internal/page/chart"
	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

// ranked is a row of many functions, the largest saving first.
type ranked struct {
	ID, Name       string
	Advised, Today string
	// Month is the saving in USD, with what the interval makes of it; "" if the input had no invocations a month.
	Month, Certainty, Confirmed string
	Saving                      string
	Bar                         template.HTML
	Small                       template.HTML
	month, percent              float64
}

// rank returns the functions that have a verdict, and what all advised and confirmed changes save together.
func rank(functions []verdicts.Function, sections []section) (rows []ranked, total string) {
	var sum float64
	var months []float64
	bars := map[string]chart.Bar{}
	for i, f := range functions {
		v := f.Latest()
		if v == nil {
			continue
		}
		o := v.Output
		row := ranked{ID: sections[i].ID, Name: f.Name, Advised: phrase.Configuration(verdicts.Advised(o)), Small: sections[i].Small, month: math.Inf(-1)}
		if today, known := verdicts.Today(o); known {
			row.Today = phrase.Configuration(today)
		}
		if o.Exploration != nil {
			row.Certainty = certainty(o.Exploration)
		}
		c, compared := fromToday(o)
		if compared {
			row.percent = c.percents[0]
			row.Saving = cost.advantage(c.percents[0], c.intervals[0])
		}
		if r := o.Recommendation; r != nil {
			row.Confirmed = map[bool]string{true: "yes", false: "no"}[r.Confirmed]
			if r.SavingsPerMonth != nil {
				bar := month(*r.SavingsPerMonth, c)
				row.month, row.Month = bar.Percent, usd(bar.Percent)
				if !bar.NoIntervals {
					row.Month += " (" + money(bar.Low) + " to " + money(bar.High) + ")"
				}
				bars[row.ID] = bar
				months = append(months, bar.Percent, bar.Low, bar.High)
				if r.Action == tuning.Change && r.Confirmed {
					sum += bar.Percent
				}
			}
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(p, q ranked) int { return cmp.Or(cmp.Compare(q.month, p.month), cmp.Compare(q.percent, p.percent)) })
	axis := chart.Signed(months, figure)
	for i := range rows {
		if bar, ok := bars[rows[i].ID]; ok {
			bar.Axis, bar.Filled = axis, true
			rows[i].Bar = bar.SVG()
		}
	}
	if sum > 0 {
		total = usd(sum)
	}
	return rows, total
}

// month returns a saving in USD with the interval that the saving in per cent has.
func month(saved float64, c compared) chart.Bar {
	bar := chart.Bar{Percent: saved, Low: saved, High: saved, NoIntervals: true}
	if i := c.intervals[0]; i != nil && c.percents[0] != 0 {
		each := saved / c.percents[0]
		bar.Low, bar.High, bar.NoIntervals = min(i.Low*each, i.High*each), max(i.Low*each, i.High*each), false
	}
	return bar
}
