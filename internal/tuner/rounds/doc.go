// Package rounds chooses what to measure next: rounds that explore, then looks that confirm the winner on fresh
// sandboxes, until nothing that is advised could change. It only computes: it makes no calls, reads no clock, and gives
// the same answer to the same samples.
//
// Begin with rounds.go. confirmation.go says what a look compares and when looking ends, atonce.go when one version can
// give several of its sandboxes, and time.go how long a round takes.
package rounds
