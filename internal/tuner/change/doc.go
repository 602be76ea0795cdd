// Package change changes a function under its lock, and puts everything back. No other package changes a function.
// Every write looks at the lock again, so that an invocation that was superseded cannot do harm.
//
// Read fence.go (why such a write is safe), function.go ($LATEST), publish.go and prepare.go (test versions), then
// restore.go, heal.go and sweep.go (the way back), and apply.go last. Package lock is how the lock is taken;
// docs/tuner-protocol.md describes the protocol.
package change
