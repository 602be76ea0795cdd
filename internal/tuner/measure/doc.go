// Package measure invokes the published versions of a round and reads what each invocation took and was billed for. Run
// is one call of the Measure step: it ends in time, with what it has, and is called again for the rest.
//
// Lanes invoke at the same time. What they share is in two halves: measuring, which does not change, and package tally,
// which does and locks.
//
// Read measure.go (lanes take turns), sample.go (one sample, with its processors) and invoke.go (one invocation, with its
// retries), then what bounds them: pause.go (time) and memory.go. Last comes reports.go, which looks for reports that
// arrive late.
package measure
