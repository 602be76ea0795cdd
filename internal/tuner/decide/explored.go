package decide

import (
	"fmt"
	"math"
	"strings"

	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
	"github.com/dualarch/dualarch/tuning"
)

// exploration describes what adaptive exploration has come to; nil if everything was measured.
func (r *ranking) exploration() *tuning.Explored {
	if !r.adaptive() {
		return nil
	}
	v := r.explored
	e := &tuning.Explored{
		Method: tuning.Adaptive, Measured: len(v.Ranking), Certainty: statistics.Rounded(v.WithinOne),
		OpenPercent: statistics.Rounded(100 * v.Missed), BudgetSpent: v.Spent || r.endedExploring(),
	}
	for _, t := range r.state.Journal.Targets {
		e.Sizes += len(r.in.ConfiguredSizes(t.Architecture))
	}
	for _, c := range v.Open {
		e.Open = append(e.Open, tuning.OpenConfiguration{Architecture: c.Architecture, Power: c.MemorySize})
	}
	e.Text = words{strategy: r.in.Strategy}.explored(*e, r.winner.Configuration)
	return e
}

// endedExploring reports whether the run's time ended exploring.
func (r *ranking) endedExploring() bool {
	return r.state.OutOfTime != nil && r.state.OutOfTime.Phase == run.PhaseExplore
}

// explored phrases the result of adaptive exploration for a manager.
func (w words) explored(e tuning.Explored, winner tuning.Configuration) string {
	text := fmt.Sprintf("%s was found after measuring %d of %d memory sizes; the chance that none is more than 1 %% %s is %s",
		configurationText(winner), e.Measured, e.Sizes, w.better(), chance(e.Certainty))
	if e.BudgetSpent {
		text += "; the budget ended the search"
	}
	if len(e.Open) > 0 {
		text += fmt.Sprintf("; still open: %s, at most %s %% %s", openSizes(e.Open), percent(math.Max(1, math.Ceil(e.OpenPercent))), w.better())
	}
	return text
}

// chance formats a probability in whole per cent, never as certain.
func chance(p float64) string {
	switch n := math.Floor(100 * p); {
	case n >= 99:
		return "over 99 %"
	case n < 1:
		return "under 1 %"
	default:
		return fmt.Sprintf("%.0f %%", n)
	}
}

// maxOpen is how many open configurations a text names.
const maxOpen = 4

// openSizes lists what is open by architecture: "arm64 at 256 or 512 MB".
func openSizes(open []tuning.OpenConfiguration) string {
	more := len(open) - maxOpen
	open = open[:min(len(open), maxOpen)]
	var order []tuning.Architecture
	sizes := map[tuning.Architecture][]string{}
	for _, o := range open {
		if len(sizes[o.Architecture]) == 0 {
			order = append(order, o.Architecture)
		}
		sizes[o.Architecture] = append(sizes[o.Architecture], fmt.Sprint(o.Power))
	}
	parts := make([]string, len(order))
	for i, a := range order {
		parts[i] = fmt.Sprintf("%s at %s MB", a, strings.Join(sizes[a], " or "))
	}
	text := strings.Join(parts, ", ")
	if more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// curve returns adaptive exploration's estimates as the output shows them.
func (r *ranking) curve() []tuning.CurvePoint {
	var all []tuning.CurvePoint
	for _, e := range r.explored.Curve {
		all = append(all, tuning.CurvePoint{
			Architecture: e.Architecture, Power: e.MemorySize, Estimated: !e.Measured,
			Cost: statistics.Approximate(e.Cost.Mean), CostLow: statistics.Approximate(e.Cost.Low), CostHigh: statistics.Approximate(e.Cost.High),
			Duration: statistics.Approximate(e.Duration.Mean), DurationLow: statistics.Approximate(e.Duration.Low), DurationHigh: statistics.Approximate(e.Duration.High),
		})
	}
	return all
}
