package page

import (
	"strconv"
	"time"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/page/chart"
	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

// run is a row of a function's verdicts over time.
type run struct {
	When, Advised, Saving, Confirmed string
	// Changed reports that another configuration is advised than the time before.
	Changed bool
	Failed  string
}

// overTime fills in how the verdicts moved; one alone does not.
func (s *section) overTime(all []verdicts.Verdict) {
	if len(all) < 2 {
		return
	}
	dated := true
	for _, v := range all {
		dated = dated && !v.Time().IsZero()
	}
	series := chart.Series{Class: "over", Joined: true}
	var values []float64
	before := ""
	for i, v := range all {
		when := day(v.Time())
		if when == "" {
			when = v.Source
		}
		row := run{When: when, Failed: v.Failed}
		if o := v.Output; o != nil {
			row.Advised = phrase.Configuration(verdicts.Advised(o))
			row.Changed = before != "" && before != row.Advised
			before = row.Advised
			if r := o.Recommendation; r != nil {
				row.Confirmed = map[bool]string{true: "yes", false: "no"}[r.Confirmed]
			}
			if c, ok := fromToday(o); ok {
				row.Saving = cost.advantage(c.percents[0], c.intervals[0])
				p := chart.Point{X: float64(i), Y: within(c.percents[0])}
				if dated {
					p.X = float64(v.Time().Unix())
				}
				if interval := c.intervals[0]; interval != nil {
					p.Low, p.High = within(interval.Low), within(interval.High)
				}
				series.Points = append(series.Points, p)
				values = append(values, p.Y, p.Low, p.High)
			}
		}
		s.Runs = append(s.Runs, row)
	}
	if len(series.Points) < 2 {
		return
	}
	s.RunsChart = chart.Chart{
		ID: s.ID + "-runs", Title: guard.Printable(s.Name) + ": saving over today's configuration in %, verdict by verdict",
		Description: "Each point is a verdict, with its 95 % interval. The table below has every value.",
		X:           runsAxis(series.Points, dated), Y: chart.Signed(values, phrase.Percent), Series: []chart.Series{series},
	}.SVG()
}

// fromToday returns what moving from today's configuration saves.
func fromToday(o *tuning.Output) (compared, bool) {
	for _, c := range comparisons(o) {
		if c.what == movingFromToday {
			return c, true
		}
	}
	return compared{}, false
}

// runsAxis is an axis of days, or of numbers if not every verdict has a time. It names its ends and what is between
// where there is room.
func runsAxis(points []chart.Point, dated bool) chart.Axis {
	first, last := points[0].X, points[len(points)-1].X
	margin := max((last-first)*0.06, 0.5)
	axis := chart.Axis{Low: first - margin, High: last + margin}
	label := func(v float64) string { return strconv.Itoa(int(v) + 1) }
	if dated {
		label = func(v float64) string { return time.Unix(int64(v), 0).UTC().Format("01-02 15:04") }
	}
	for i := range 3 {
		v := points[i*(len(points)-1)/2].X
		if i == 0 || v-axis.Ticks[len(axis.Ticks)-1].Value > (axis.High-axis.Low)*0.25 {
			axis.Ticks = append(axis.Ticks, chart.Tick{Value: v, Label: label(v)})
		}
	}
	return axis
}
