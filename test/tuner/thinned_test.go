//go:build race

package tuner

// thinned: the race detector makes a run eight times as slow, and a few runs of each kind show it the
// same races as all of them.
const thinned = 16
