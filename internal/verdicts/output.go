package verdicts

import (
	"fmt"
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

// Advised returns the configuration to run on.
func Advised(o *tuning.Output) (tuning.Architecture, int) {
	if r := o.Recommendation; r != nil {
		return r.Architecture, r.Power
	}
	return o.Architecture, o.Power
}

// Today returns what live traffic ran on; known is false if that was not among the sizes that were tuned.
func Today(o *tuning.Output) (a tuning.Architecture, power int, known bool) {
	if r := o.Recommendation; r != nil && r.Today != nil {
		return r.Today.Architecture, r.Today.Power, true
	}
	if c := o.Comparison; c != nil && c.Today != nil {
		return c.Today.Architecture, c.Today.Power, true
	}
	for _, t := range o.Targets { // the first serves today
		for _, s := range t.Sizes {
			if s.Today {
				return t.Architecture, s.Power, true
			}
		}
	}
	return "", 0, false
}

// AnswersDiffer says how the answers of both functions differ; "" if they do not, or were not compared.
func AnswersDiffer(o *tuning.Output) string {
	if r := o.Responses; r != nil && r.Alike < r.Compared {
		return fmt.Sprintf("the answers differ in %d of %d: %s", r.Compared-r.Alike, r.Compared, r.FirstDifference)
	}
	return ""
}

// Powers returns the memory sizes of all targets in order, each once.
func Powers(o *tuning.Output) []int {
	var powers []int
	for _, t := range o.Targets {
		for _, s := range t.Sizes {
			powers = append(powers, s.Power)
		}
	}
	slices.Sort(powers)
	return slices.Compact(powers)
}
