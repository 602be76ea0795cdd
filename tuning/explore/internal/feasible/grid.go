package feasible

import (
	"slices"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore/terms"
)

// expectedToFail reports whether a configuration that was not tried would fail, and returns the failure that says so: a
// size that is not smaller ran out of memory, on either architecture, or a larger one of its own out of time.
func expectedToFail(c tuning.Configuration, failures []tuning.Failure) (tuning.Failure, bool) {
	return terms.First(failures, func(f tuning.Failure) bool {
		return f.OutOfMemory && c.MemorySize <= f.MemorySize || f.TimedOut && c.MemorySize < f.MemorySize && c.Architecture == f.Architecture
	})
}

// Grid is what there is to choose from.
type Grid struct {
	Architectures []tuning.Architecture
	// Sizes are the memory sizes (MB) asked for of each architecture, ascending.
	Sizes map[tuning.Architecture][]int
	// Today is what live traffic runs on, whether asked for or not.
	Today tuning.Configuration
}

// Candidates returns the configurations asked for that are not ruled out, in order; today's among them if it was asked
// for.
func (g Grid) Candidates(samples []tuning.Sample, failures []tuning.Failure) []tuning.Configuration {
	ruledOut := g.AllRuledOut(samples, failures)
	var all []tuning.Configuration
	for _, architecture := range g.Architectures {
		for _, size := range g.Sizes[architecture] {
			c := tuning.Configuration{Architecture: architecture, MemorySize: size}
			if _, out := ruledOut[c]; !out {
				all = append(all, c)
			}
		}
	}
	slices.SortFunc(all, tuning.Configuration.Compare)
	return all
}

// AllRuledOut returns what failed and what would fail, each with the failure that says so: sizes that are not larger than
// one that ran out of memory, on either architecture, smaller than one that timed out, and those of an architecture on
// which nothing works.
func (g Grid) AllRuledOut(samples []tuning.Sample, failures []tuning.Failure) map[tuning.Configuration]tuning.Failure {
	measured := map[tuning.Configuration]bool{}
	for _, s := range samples {
		measured[s.Configuration] = true
	}
	all := map[tuning.Configuration]tuning.Failure{}
	for _, architecture := range g.Architectures {
		largest, nothingWorks := g.architectureRuledOut(architecture, samples, failures)
		sizes := g.Sizes[architecture]
		if g.Today.Architecture == architecture {
			sizes = append(slices.Clone(sizes), g.Today.MemorySize)
		}
		for _, size := range sizes {
			c := tuning.Configuration{Architecture: architecture, MemorySize: size}
			f, out := terms.RuledOut(c, failures)
			if !out && !measured[c] {
				f, out = expectedToFail(c, failures)
			}
			if !out && nothingWorks {
				f, out = largest, true
			}
			if out {
				all[c] = f
			}
		}
	}
	return all
}

// minFailures is how many sizes of an architecture may fail before its largest is tried.
const minFailures = 2

// architectureRuledOut reports whether an architecture need not be tried any more, and returns how its largest size
// failed: several failed, and no invocation has worked. It is then not memory that is missing.
func (g Grid) architectureRuledOut(architecture tuning.Architecture, samples []tuning.Sample, failures []tuning.Failure) (tuning.Failure, bool) {
	sizes := g.Sizes[architecture]
	if !OnlyFailures(architecture, samples, failures) || len(sizes) == 0 {
		return tuning.Failure{}, false
	}
	return terms.RuledOut(tuning.Configuration{Architecture: architecture, MemorySize: sizes[len(sizes)-1]}, failures)
}

// OnlyFailures reports whether several sizes of an architecture failed and none has worked.
func OnlyFailures(architecture tuning.Architecture, samples []tuning.Sample, failures []tuning.Failure) bool {
	failed := 0
	for _, f := range failures {
		if f.Architecture == architecture {
			failed++
		}
	}
	return failed >= minFailures && !Works(architecture, samples)
}

// Works reports whether an invocation of the architecture has worked.
func Works(architecture tuning.Architecture, samples []tuning.Sample) bool {
	return slices.ContainsFunc(samples, func(s tuning.Sample) bool { return s.Architecture == architecture })
}
