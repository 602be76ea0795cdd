//go:build !race

package explore

const slowdown = 1
