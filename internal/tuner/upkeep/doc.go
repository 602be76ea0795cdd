// Package upkeep prices what a run costs beside the invocations that it measures: the state machine's transitions, and
// the tuner's own Lambdas while they wait. It is all in upkeep.go.
package upkeep
