// Package feasible says which configurations can still be measured once some have failed, and how likely the others
// work. It knows nothing of durations and of money.
//
// Read grid.go (what is ruled out, and why), then boundary.go (at which memory sizes a function begins to work).
package feasible
