package explore

import "github.com/dualarch/dualarch/tuning"

// Explorer names the next round, and in the end the winner.
type Explorer interface {
	// Next returns what to measure next, in the order in which to publish it; nothing when it has seen enough.
	// Failed configurations are never asked for again. The same samples and failures give the same answer.
	Next(samples []tuning.Sample, failures []tuning.Failure) []tuning.Measurement
	// AllRuledOut holds the configurations that need not be measured (any more), each with the failure that says
	// so: its own, or another's.
	AllRuledOut(samples []tuning.Sample, failures []tuning.Failure) map[tuning.Configuration]tuning.Failure
	// Verdict says what the samples are taken to mean. It takes the samples as Next does, and in any order.
	Verdict(samples []tuning.Sample, failures []tuning.Failure) Verdict
}
