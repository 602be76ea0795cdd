// Package change takes a function's lock, changes the function under it, and puts everything back. No other package
// changes a function. Every write checks the lock again, so that an invocation that was superseded cannot do harm.
//
// Read lock.go (how the lock is taken), function.go (a fenced write to $LATEST), publish.go and prepare.go (test
// versions), then restore.go and heal.go (the way back). docs/tuner-protocol.md describes the protocol.
package change
