//go:build race

package tuner

// thinned: the race detector makes a run eight times as slow. Each kind of fault is injected at every call of so
// many, the next kind one call later: so every call of a run still gets a fault. What other tests do many times
// over is thinned as well. `make test` runs them all whole too, without the race detector.
const thinned = 23
