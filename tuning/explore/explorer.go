package explore

import (
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore/terms"
)

// Explorer names the next round, and in the end the winner. The same samples and failures give the same answers, in
// whatever order the samples come.
type Explorer interface {
	// Next returns what to measure next, in the order in which to publish it; nothing once it has seen enough.
	// It never asks for a failed configuration again.
	Next(samples []tuning.Sample, failures []tuning.Failure) []tuning.Measurement
	// AllRuledOut returns the configurations that need not be measured (any more), each with the failure that says
	// so: its own, or another's.
	AllRuledOut(samples []tuning.Sample, failures []tuning.Failure) map[tuning.Configuration]tuning.Failure
	// Verdict returns what the samples are taken to mean.
	Verdict(samples []tuning.Sample, failures []tuning.Failure) Verdict
}

// RuledOut reports whether a configuration need not be tried (again), and returns the failure that says so: its own, or
// that of a larger size of the same architecture which ran out of memory.
func RuledOut(c tuning.Configuration, failures []tuning.Failure) (tuning.Failure, bool) {
	return terms.RuledOut(c, failures)
}
