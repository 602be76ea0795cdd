// Package measure invokes the published versions of a round and reads what each invocation took and was billed for. Run is one call of
// the Measure step: it ends in time, with what it has, and is called again for the rest.
//
// Lanes invoke at the same time. What they share is in two halves: measuring and its versions, which do not change, and
// the tally, which does and locks in every method.
//
// Read measure.go (lanes take turns), sample.go (one sample, with its processors), invoke.go (one invocation, with
// its retries) and tally.go (what is counted, and the only lock), then what bounds them: pause.go (time), memory.go,
// allowance.go (budgets). Last comes reports.go, which looks for reports that arrive late.
package measure
