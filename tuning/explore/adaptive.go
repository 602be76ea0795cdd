package explore

import (
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore/internal/feasible"
)

// Adaptive measures what could change the choice. It fits a model of all configurations to what has been measured, and
// asks in the next round for those from which the choice of the winner has most to learn for its money. It stops once
// the winner is not expected to miss the best by much and has been checked against its surroundings. docs/adaptive.md
// describes the method.
type Adaptive struct {
	// Architectures are those of the targets, the one that serves today first.
	Architectures []tuning.Architecture
	// Sizes are the memory sizes (MB) asked for of each architecture, ascending.
	Sizes map[tuning.Architecture][]int
	// Today is what live traffic runs on: it is always measured, whether asked for or not.
	Today tuning.Configuration
	// Objective is what the winner is chosen by.
	Objective Objective
	// Prices are what an invocation costs in production, for every configuration there is: what the winner is chosen
	// by.
	Prices map[tuning.Configuration]Price
	// Overhead is what the run is charged for rounds, beside the invocations.
	Overhead Overhead
	// Budget is never passed.
	Budget Budget
	// Cycle is how many samples it takes for the payloads to come up as often as they should; 1 for one payload.
	Cycle int
	// Seed is that of the draws. The same seed, samples and failures give the same answer.
	Seed uint64
}

// Price is what an invocation costs, in USD.
type Price struct {
	Invocation  float64 // of the invocation itself, however long it takes
	Millisecond float64 // of each billed millisecond
	Restore     float64 // of a cold start from a snapshot, beside its time
	Caching     float64 // of each second for which a published version's snapshot is cached
}

// Overhead is what rounds cost beside their invocations, in USD.
type Overhead struct {
	Round   float64 // each round: state transitions, and the tuner's own Lambdas while they begin and end
	Version float64 // each version: the tuner's own Lambdas while it is published
	Waiting float64 // each millisecond for which they wait for a round's slowest configuration
}

// Next returns the round's configurations, the most informative first.
func (a Adaptive) Next(samples []tuning.Sample, failures []tuning.Failure) []tuning.Measurement {
	return a.afford(a.wanted(a.situation(samples, failures), samples, failures), samples)
}

// wanted is Next if money were no object. A nil situation is one in which nothing was measured yet.
func (a Adaptive) wanted(s *situation, samples []tuning.Sample, failures []tuning.Failure) []tuning.Measurement {
	if wanted := a.opening(samples, failures); len(wanted) > 0 || s == nil {
		return wanted
	}
	if wanted := s.next(); len(wanted) > 0 {
		return wanted
	}
	return s.compare(a.Today)
}

// AllRuledOut returns what failed and what would fail: sizes that are not larger than one that ran out of memory, on
// either architecture, smaller than one that timed out, and those of an architecture on which nothing works.
func (a Adaptive) AllRuledOut(samples []tuning.Sample, failures []tuning.Failure) map[tuning.Configuration]tuning.Failure {
	return a.grid().AllRuledOut(samples, failures)
}

func (a Adaptive) grid() feasible.Grid {
	return feasible.Grid{Architectures: a.Architectures, Sizes: a.Sizes, Today: a.Today}
}
