//go:build !race

package tuner

// thinned is 1 where every call gets every fault.
const thinned = 1
