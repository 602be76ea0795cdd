// Package tally counts what the lanes of a Measure call do, and holds their only lock.
//
// Read version.go (what is fixed about a published version), tally.go with tallytime.go and tallytrouble.go (what
// changes: every method of Tally locks, so no caller has to think of it) and progress.go (how far one version has come),
// then allowance.go (what may still be spent).
package tally
