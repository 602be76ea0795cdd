package tuner

import (
	"fmt"
	"math"
	"strings"

	"github.com/dualarch/dualarch/tuning"
)

// Explored says how adaptive exploration found the winner.
type Explored struct {
	// Method is adaptive.
	Method Exploration `json:"method"`
	// Measured counts the memory sizes asked for that were measured, of both functions; Sizes counts all.
	Measured int `json:"measured"`
	Sizes    int `json:"sizes"`
	// Certainty is the probability that the winner is within 1 % of the best of all sizes.
	Certainty float64 `json:"certainty"`
	// Open are the configurations that may well be more than 1 % better, the likeliest first.
	Open []OpenConfiguration `json:"open,omitempty"`
	// OpenPercent is by how much the best may be better than the winner at most, in per cent, with a
	// probability of 95 %.
	OpenPercent float64 `json:"openPercent"`
	// BudgetSpent says that maxInvocations or maxCost ended exploring before it had seen enough.
	BudgetSpent bool `json:"budgetSpent,omitempty"`
	// Text says it in words.
	Text string `json:"text"`
}

// OpenConfiguration is one that may still be better than the winner.
type OpenConfiguration struct {
	Architecture tuning.Architecture `json:"architecture"`
	Power        int                 `json:"power"`
}

// CurvePoint is what adaptive exploration makes of one memory size, with 95 % bands.
type CurvePoint struct {
	Architecture tuning.Architecture `json:"architecture"`
	Power        int                 `json:"power"`
	// Estimated says that nothing was measured there.
	Estimated bool `json:"estimated"`
	// Cost and Duration are as in Output: a mean, and a mean without what discardTopBottom trims.
	Cost         float64 `json:"cost"`
	CostLow      float64 `json:"costLow"`
	CostHigh     float64 `json:"costHigh"`
	Duration     float64 `json:"duration"`
	DurationLow  float64 `json:"durationLow"`
	DurationHigh float64 `json:"durationHigh"`
}

// explored describes what adaptive exploration has come to; nil where everything was measured.
func explored(in Input, j Journal, st standing) *Explored {
	v := st.verdict
	if len(v.Ranking) == 0 {
		return nil
	}
	e := &Explored{
		Method: Adaptive, Measured: len(v.Ranking), Certainty: rounded(v.WithinOne),
		OpenPercent: rounded(100 * v.Missed), BudgetSpent: v.Spent,
	}
	for _, t := range j.Targets {
		e.Sizes += len(in.ConfiguredSizes(t.Architecture))
	}
	for _, c := range v.Open {
		e.Open = append(e.Open, OpenConfiguration{c.Architecture, c.MemorySize})
	}
	e.Text = words{in: in}.explored(*e, st.winner.Configuration)
	return e
}

// explored puts it the way a manager reads it.
func (w words) explored(e Explored, winner tuning.Configuration) string {
	text := fmt.Sprintf("%s was found after measuring %d of %d memory sizes; the chance that none is more than 1 %% %s is %s",
		name(winner), e.Measured, e.Sizes, w.better(), chance(e.Certainty))
	if e.BudgetSpent {
		text += "; the budget ended the search"
	}
	if len(e.Open) > 0 {
		text += fmt.Sprintf("; still open: %s, at most %s %% %s", openSizes(e.Open), percent(math.Max(1, math.Ceil(e.OpenPercent))), w.better())
	}
	return text
}

// chance is a probability in whole per cent, never certain.
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
func openSizes(open []OpenConfiguration) string {
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

// curve is the verdict's, as the output shows it.
func curve(st standing) []CurvePoint {
	var all []CurvePoint
	for _, e := range st.verdict.Curve {
		all = append(all, CurvePoint{
			Architecture: e.Architecture, Power: e.MemorySize, Estimated: !e.Measured,
			Cost: approximate(e.Cost.Mean), CostLow: approximate(e.Cost.Low), CostHigh: approximate(e.Cost.High),
			Duration: approximate(e.Duration.Mean), DurationLow: approximate(e.Duration.Low), DurationHigh: approximate(e.Duration.High),
		})
	}
	return all
}
