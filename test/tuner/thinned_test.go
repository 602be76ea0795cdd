//go:build race

package tuner

// thinned: the race detector makes a run eight times as slow. Each kind of fault is injected at every
// sixteenth call, the next kind one call later: so still every call of a run gets one fault or two.
const thinned = 16
