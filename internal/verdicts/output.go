package verdicts

import (
	"fmt"
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

// Advised returns the configuration to run on.
func Advised(o *tuning.Output) tuning.Configuration {
	if r := o.Recommendation; r != nil {
		return tuning.Configuration{Architecture: r.Architecture, MemorySize: r.Power}
	}
	return tuning.Configuration{Architecture: o.Architecture, MemorySize: o.Power}
}

// Today returns what live traffic ran on; known is false if that was not among the sizes that were tuned.
func Today(o *tuning.Output) (today tuning.Configuration, known bool) {
	if r := o.Recommendation; r != nil && r.Today != nil {
		return tuning.Configuration{Architecture: r.Today.Architecture, MemorySize: r.Today.Power}, true
	}
	if c := o.Comparison; c != nil && c.Today != nil {
		return tuning.Configuration{Architecture: c.Today.Architecture, MemorySize: c.Today.Power}, true
	}
	for _, t := range o.Targets { // the first serves today
		for _, s := range t.Sizes {
			if s.Today {
				return tuning.Configuration{Architecture: t.Architecture, MemorySize: s.Power}, true
			}
		}
	}
	return tuning.Configuration{}, false
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
