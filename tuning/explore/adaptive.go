package explore

import (
	"slices"
)

// Adaptive measures what decides: a model of all configurations is fitted to what has been seen, and
// the next round asks for those from which the choice of the winner has most to learn for its money. It
// stops when the winner is not expected to miss the best by much and has been checked against its
// surroundings. docs/adaptive.md tells the method.
type Adaptive struct {
	// Architectures are those of the targets, the one that serves today first.
	Architectures []Architecture
	// Sizes are the memory sizes (MB) asked for of each architecture, ascending.
	Sizes map[Architecture][]int
	// Today is what live traffic runs on: it is always measured, whether asked for or not.
	Today Configuration
	// Objective says what the winner is chosen by.
	Objective Objective
	// Prices are those of an invocation, of every configuration there is.
	Prices map[Configuration]Price
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
}

// Next names the round's configurations, the most telling first.
func (a Adaptive) Next(samples []Sample, failures []Failure) []Measurement {
	wanted := a.opening(samples, failures)
	if len(wanted) == 0 {
		wanted = a.situation(samples, failures).wanted()
	}
	return a.Budget.left(a, samples, failures).afford(wanted)
}

// wanted is what the next round would be if money were no object.
func (s *situation) wanted() []Measurement {
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
func (a Adaptive) candidates(samples []Sample, failures []Failure) []Configuration {
	measured := map[Configuration]bool{}
	for _, s := range samples {
		measured[s.Configuration] = true
	}
	var all []Configuration
	for _, architecture := range a.Architectures {
		if a.broken(architecture, samples, failures) {
			continue
		}
		for _, size := range a.Sizes[architecture] {
			c := Configuration{architecture, size}
			if _, hopeless := Hopeless(c, failures); !hopeless && (measured[c] || !doomed(c, failures)) {
				all = append(all, c)
			}
		}
	}
	slices.SortFunc(all, Configuration.compare)
	return all
}

// trials is how many sizes of an architecture may fail before its largest is tried.
const trials = 2

// broken says that an architecture need not be tried any more: several sizes failed, the largest among them,
// and no invocation has worked. It is then not the memory that is missing.
func (a Adaptive) broken(architecture Architecture, samples []Sample, failures []Failure) bool {
	sizes := a.Sizes[architecture]
	if !a.failing(architecture, samples, failures) || len(sizes) == 0 {
		return false
	}
	_, failed := Hopeless(Configuration{architecture, sizes[len(sizes)-1]}, failures)
	return failed
}

// failing says that several sizes of an architecture failed and none has worked.
func (a Adaptive) failing(architecture Architecture, samples []Sample, failures []Failure) bool {
	failed := 0
	for _, f := range failures {
		if f.Architecture == architecture {
			failed++
		}
	}
	return failed >= trials && !slices.ContainsFunc(samples, func(s Sample) bool { return s.Architecture == architecture })
}

// doomed says that a configuration need not be tried since a size that is not smaller ran out of memory, on
// either architecture, or a larger one out of time.
func doomed(c Configuration, failures []Failure) bool {
	return slices.ContainsFunc(failures, func(f Failure) bool {
		return f.OutOfMemory && c.MemorySize <= f.MemorySize || f.TimedOut && c.MemorySize < f.MemorySize && c.Architecture == f.Architecture
	})
}
