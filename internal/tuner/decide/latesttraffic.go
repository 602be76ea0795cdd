package decide

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/tuner/run"
)

// latestTraffic says with which test sizes the callers of functions were served that use no version or alias. It is
// what a reader should know first: only who calls these functions can tell whether it did any harm.
func latestTraffic(s run.State) []string {
	var all []string
	for _, t := range s.Journal.Targets {
		var sizes []run.Served
		sum := 0.0
		for _, served := range s.Served {
			if served.Architecture == t.Architecture {
				sizes, sum = append(sizes, served), sum+served.Seconds
			}
		}
		if len(sizes) == 0 {
			continue
		}
		slices.SortFunc(sizes, func(a, b run.Served) int { return a.MemorySize - b.MemorySize })
		each := make([]string, len(sizes))
		for i, served := range sizes {
			each[i] = fmt.Sprintf("%d MB for %.1f s", served.MemorySize, served.Seconds)
		}
		all = append(all, fmt.Sprintf("whoever invoked %s without a version or alias during this run was served at test sizes for %.0f s in all: %s",
			t.Function, sum, strings.Join(each, ", ")))
	}
	return all
}
