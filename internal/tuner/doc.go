// Package tuner is the Power Tuning state machine's code: each step of it is one method of Steps, which takes an
// Event and returns the State that the next step gets.
//
// # The rooms
//
// Each knows what the others need not. From the ground up; each imports only those before it:
//
//   - timing, jsontext: how long a step may run, how many bytes a text takes as JSON
//   - report: what Lambda's log says of one invocation
//   - packing: samples in the state, in few bytes
//   - price: what an invocation costs, by region, architecture and terms
//   - answers: whether both functions answer alike
//   - statistics: means, spreads and percentiles
//   - trial: the samples that confirm, as one value for each sandbox
//   - confirm: how certain a comparison is, and whether it needs more sandboxes
//   - input: an execution's input, decoded and checked
//   - run: what an execution carries from step to step: state, journal, lock, the versions of a round
//   - cloud: all that is asked of AWS, as interfaces, and how calls are spaced and retried
//   - upkeep: what a run costs beside the invocations that it measures
//   - explorer: what there is to measure, at which prices, within which budget
//   - ranking: the winner, and how the others compare with it
//   - rounds: what to measure next
//   - phrase: a verdict in the words that managers read
//   - decide: the advice, the warnings, the output
//   - bounds: whether a run fits into its time, its owner's ceilings, its maxCost, and the state machine
//   - mark: what a run has written to a function, and what somebody else has
//   - lock: which invocation may change a function, and whether it still may
//   - change: publishes a function's versions under its lock, and puts everything back
//   - heal: has everything put back that an execution, or the whole tuner, would leave behind
//   - tally: what the lanes of a Measure call count, under their only lock
//   - publish: keeps the verdict, announces it, and says what has changed since the last
//   - measure: invokes published versions and reads what that took
//
// measure and change do not know each other. From upkeep to decide they only compute: they reach neither AWS nor a
// clock. internal/lambdaapi implements cloud's interfaces with the AWS SDK, internal/asl writes the state machine's
// definition.
//
// # Reading order
//
// Start with steps.go and step.go (which step runs, and what happens to an execution that crosses a deployment of the
// tuner), then a file for each step in the order in which they run: plan.go, prepare.go, measure.go, restore.go and
// heal.go, verdict.go, apply.go, publish.go.
package tuner
