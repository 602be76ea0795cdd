// Package belief estimates the durations of all configurations of a function, measured or not, from the samples of
// some. It knows nothing of money, of strategies and of rounds.
//
// Read observation.go (what the samples of one configuration say), shape.go (how durations depend on memory and
// architecture) and process.go (a Gaussian process for what shapes leave open), then posterior.go, which weighs them
// all and draws from the result. docs/adaptive.md has the formulas.
package belief
