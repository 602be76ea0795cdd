package explore

import (
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

// Adaptive measures what decides: a model of all configurations is fitted to what has been seen, and
// the next round asks for those from which the choice of the winner has most to learn for its money. It
// stops when the winner is not expected to miss the best by much and has been checked against its
// surroundings. docs/adaptive.md tells the method.
type Adaptive struct {
	// Architectures are those of the targets, the one that serves today first.
	Architectures []tuning.Architecture
	// Sizes are the memory sizes (MB) asked for of each architecture, ascending.
	Sizes map[tuning.Architecture][]int
	// Today is what live traffic runs on: it is always measured, whether asked for or not.
	Today tuning.Configuration
	// Objective says what the winner is chosen by.
	Objective Objective
	// Prices are what an invocation costs where the function serves, of every configuration there is: what the
	// winner is chosen by.
	Prices map[tuning.Configuration]Price
	// Budget is never passed.
	Budget Budget
	// Cycle is how many samples it takes for the payloads to come up as often as they should; 1 where
	// there is one payload.
	Cycle int
	// Seed of the draws. The same seed, samples and failures give the same answer.
	Seed uint64
}

// Price is what an invocation costs, in USD.
type Price struct {
	Invocation  float64 // of the invocation itself, whatever it takes
	Millisecond float64 // of each billed millisecond
	Restore     float64 // of a cold start from a snapshot, beside its time
	Caching     float64 // of each second that a published version's snapshot is cached
}

// Next names the round's configurations, the most telling first.
func (a Adaptive) Next(samples []tuning.Sample, failures []tuning.Failure) []tuning.Measurement {
	wanted := a.opening(samples, failures)
	if len(wanted) == 0 {
		wanted = a.situation(samples, failures).wanted()
	}
	return a.afford(wanted, samples)
}

// wanted is what the next round would be if money were no object.
func (s *situation) wanted() []tuning.Measurement {
	if s == nil {
		return nil
	}
	checks := s.checks()
	if s.settled() && len(checks) == 0 {
		return nil
	}
	return s.proposals(checks)
}

// candidates are the configurations asked for that can still be measured, today's among them where it was
// asked for.
func (a Adaptive) candidates(samples []tuning.Sample, failures []tuning.Failure) []tuning.Configuration {
	out := a.AllRuledOut(samples, failures)
	var all []tuning.Configuration
	for _, architecture := range a.Architectures {
		for _, size := range a.Sizes[architecture] {
			c := tuning.Configuration{Architecture: architecture, MemorySize: size}
			if _, left := out[c]; !left {
				all = append(all, c)
			}
		}
	}
	slices.SortFunc(all, tuning.Configuration.Compare)
	return all
}

// AllRuledOut is what failed and what would: sizes that are not larger than one that ran out of memory, on either
// architecture, smaller than one that timed out, and those of an architecture on which nothing works.
func (a Adaptive) AllRuledOut(samples []tuning.Sample, failures []tuning.Failure) map[tuning.Configuration]tuning.Failure {
	measured := map[tuning.Configuration]bool{}
	for _, s := range samples {
		measured[s.Configuration] = true
	}
	out := map[tuning.Configuration]tuning.Failure{}
	for _, architecture := range a.Architectures {
		largest, broken := a.architectureRuledOut(architecture, samples, failures)
		sizes := a.Sizes[architecture]
		if a.Today.Architecture == architecture {
			sizes = append(slices.Clone(sizes), a.Today.MemorySize)
		}
		for _, size := range sizes {
			c := tuning.Configuration{Architecture: architecture, MemorySize: size}
			f, left := RuledOut(c, failures)
			if !left && !measured[c] {
				f, left = expectedToFail(c, failures)
			}
			if !left && broken {
				f, left = largest, true
			}
			if left {
				out[c] = f
			}
		}
	}
	return out
}

// trials is how many sizes of an architecture may fail before its largest is tried.
const trials = 2

// architectureRuledOut says that an architecture need not be tried any more, and how its largest size failed: several failed,
// and no invocation has worked. It is then not the memory that is missing.
func (a Adaptive) architectureRuledOut(architecture tuning.Architecture, samples []tuning.Sample, failures []tuning.Failure) (tuning.Failure, bool) {
	sizes := a.Sizes[architecture]
	if !a.onlyFailures(architecture, samples, failures) || len(sizes) == 0 {
		return tuning.Failure{}, false
	}
	return RuledOut(tuning.Configuration{Architecture: architecture, MemorySize: sizes[len(sizes)-1]}, failures)
}

// onlyFailures says that several sizes of an architecture failed and none has worked.
func (a Adaptive) onlyFailures(architecture tuning.Architecture, samples []tuning.Sample, failures []tuning.Failure) bool {
	failed := 0
	for _, f := range failures {
		if f.Architecture == architecture {
			failed++
		}
	}
	return failed >= trials && !sampled(architecture, samples)
}

// sampled says that an invocation of the architecture has worked.
func sampled(architecture tuning.Architecture, samples []tuning.Sample) bool {
	return slices.ContainsFunc(samples, func(s tuning.Sample) bool { return s.Architecture == architecture })
}

// expectedToFail says that a configuration need not be tried, and which failure says so: a size that is not smaller ran
// out of memory, on either architecture, or a larger one out of time.
func expectedToFail(c tuning.Configuration, failures []tuning.Failure) (tuning.Failure, bool) {
	i := slices.IndexFunc(failures, func(f tuning.Failure) bool {
		return f.OutOfMemory && c.MemorySize <= f.MemorySize || f.TimedOut && c.MemorySize < f.MemorySize && c.Architecture == f.Architecture
	})
	if i < 0 {
		return tuning.Failure{}, false
	}
	return failures[i], true
}
