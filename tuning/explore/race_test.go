//go:build race

package explore

// slowdown is what the race detector is allowed to cost.
const slowdown = 10
