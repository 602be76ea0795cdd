// Package mark tells what a run has written from what somebody else has: a run marks $LATEST and its versions by their
// descriptions, and a function's configuration is known by its fingerprint. Read description.go, then fingerprint.go.
// It reads and writes no function; package change does.
package mark
