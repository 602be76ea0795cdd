// Package bounds says whether a run fits into what it is given: its time, the owner's ceilings, the input's maxCost, and
// what the state machine carries.
//
// Read runtime.go (the time), then ceilings.go and affordable.go (the money), limits.go (the state and the history of an
// execution) and waiting.go (a single invocation).
package bounds
