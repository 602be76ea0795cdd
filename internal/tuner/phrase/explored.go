package phrase

import (
	"fmt"
	"math"
	"strings"

	"github.com/dualarch/dualarch/tuning"
)

// Explored phrases the result of adaptive exploration for a manager.
func (w Advice) Explored(e tuning.Explored, winner tuning.Configuration) string {
	text := fmt.Sprintf("%s was found after measuring %d of %d memory sizes; the chance that none is more than 1 %% %s is %s",
		Configuration(winner), e.Measured, e.Sizes, w.Better(), chance(e.Certainty))
	if e.BudgetSpent {
		text += "; the budget ended the search"
	}
	if len(e.Open) > 0 {
		text += fmt.Sprintf("; still open: %s, at most %s %% %s", openSizes(e.Open), Percent(math.Max(1, math.Ceil(e.OpenPercent))), w.Better())
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
