// Package lock says which invocation may change a function, and whether it still may: an alias of the function carries
// the answer. It writes nothing but that alias, and knows nothing of what is changed under it.
//
// Read lock.go in the order in which a lock lives: a step takes it (Acquire) or Restore does (TakeOver), looks again
// before each change (Check), and reports that it changes nothing more (ReportDone) or deletes it (Release). Then
// handover.go: how one step hands it on to the next, and read.go: who has a lock. The alias's text is in package run, and docs/tuner-protocol.md describes the protocol.
package lock
