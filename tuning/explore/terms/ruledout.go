package terms

import (
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

// RuledOut reports whether a configuration need not be tried (again), and returns the failure that says so: its own, or
// that of a larger size of the same architecture which ran out of memory.
func RuledOut(c tuning.Configuration, failures []tuning.Failure) (tuning.Failure, bool) {
	return First(failures,
		func(f tuning.Failure) bool { return f.Configuration == c },
		func(f tuning.Failure) bool {
			return f.OutOfMemory && f.Architecture == c.Architecture && c.MemorySize < f.MemorySize
		})
}

// First returns the first failure that any of the conditions holds for, the first condition first.
func First(failures []tuning.Failure, conditions ...func(tuning.Failure) bool) (tuning.Failure, bool) {
	for _, condition := range conditions {
		if i := slices.IndexFunc(failures, condition); i >= 0 {
			return failures[i], true
		}
	}
	return tuning.Failure{}, false
}
