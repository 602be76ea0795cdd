package tally

import (
	"fmt"

	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/tuning"
)

// initWarnings returns warnings of cold starts whose initialisation is in no Init Duration.
func (p *progress) initWarnings() []string {
	if p.version.Target.SnapStart {
		return nil
	}
	var warnings []string
	seen := map[report.InitBefore]bool{}
	for _, t := range p.taken {
		if t.Source == tuning.ClientClock || t.InitDuration > 0 || seen[t.Init] {
			continue
		}
		seen[t.Init] = true
		switch t.Init {
		case report.AfterTimeout:
			warnings = append(warnings, fmt.Sprintf("%s at %d MB was not initialised within the %d s that Lambda gives it: it was done again within the first invocation, whose Duration and Billed Duration hold it; Lambda reports no Init Duration then, and such an invocation counts as a cold start",
				p.Architecture, p.MemorySize, report.InitLimit/1000))
		case report.AfterCrash:
			warnings = append(warnings, fmt.Sprintf("%s at %d MB was initialised within the invocation that followed a crash or time-out, whose Duration and Billed Duration hold it; such an invocation counts as a cold start",
				p.Architecture, p.MemorySize))
		}
	}
	return warnings
}
