// Package change is the only one that changes a function. It does so under a lock (hold.go) that every write checks
// again, so that an invocation that was overtaken cannot do harm, and puts everything back field by field.
//
// Read hold.go for the lock, subject.go for a fenced write to $LATEST, publish.go and prepare.go for test versions,
// restore.go and heal.go for the way back. docs/tuner-protocol.md tells the protocol.
package change
