package measure

import (
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/tuning"
)

// warnOfInit tells of a version's cold starts whose initialisation is in no Init Duration.
func (m *measuring) warnOfInit(v *progress) {
	if v.target.SnapStart {
		return
	}
	seen := map[report.InitBefore]bool{}
	for _, t := range v.taken {
		if t.Source == tuning.ClientClock || t.InitDuration > 0 || seen[t.init] {
			continue
		}
		seen[t.init] = true
		switch t.init {
		case report.AfterTimeout:
			m.warn("%s at %d MB was not initialised within the %d s that Lambda gives it: it was done again within the first invocation, whose Duration and Billed Duration hold it; Lambda reports no Init Duration then, and such an invocation counts as a cold start",
				v.Architecture, v.MemorySize, report.InitLimit/1000)
		case report.AfterCrash:
			m.warn("%s at %d MB was initialised within the invocation that followed a crash or time-out, whose Duration and Billed Duration hold it; such an invocation counts as a cold start",
				v.Architecture, v.MemorySize)
		}
	}
}
