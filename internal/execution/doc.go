// Package execution finds tuning state machines, starts executions, follows them and stops them.
//
// Read machine.go (a state machine and the defaults in its definition), stack.go (which machines a stack has), run.go
// (start, follow), progress.go (what an execution has done until now), stop.go (stop one, and wait until its functions
// are put back), heal.go (put back what was left changed), fleet.go (all that for a fleet), then past.go (the verdicts
// of earlier executions) and kept.go (those that Results still has). Client calls AWS as the user's configuration says.
package execution
