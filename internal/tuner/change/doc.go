// Package change is the only one that changes a function. It does so under a lock that every write checks again, so that
// an invocation that was superseded cannot do harm, and puts everything back field by field.
//
// Read lock.go (how the lock is taken), function.go (a fenced write to $LATEST), publish.go and prepare.go (test
// versions), then restore.go and heal.go (the way back). docs/tuner-protocol.md describes the protocol.
package change
