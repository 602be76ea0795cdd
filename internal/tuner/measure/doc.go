// Package measure invokes the published versions of a round and reads what each invocation took. Run is one call of
// the Measure step: it ends in time, with what it has, and is called again for the rest.
//
// Read measure.go (lanes take turns), sample.go (one sample, with its processors), invoke.go (one invocation, with
// its retries), then what bounds them: rest.go and progress.go (time), room.go (memory), allowance.go (budgets).
package measure
