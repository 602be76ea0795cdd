// Package bench measures what the project promises in figures, and prints one line a figure, "name value
// unit", for `make bench`; docs/benchmarks.md keeps them. A run of the tuner is a whole execution on the
// simulated AWS, in virtual time. `make test` asserts the same on fewer runs.
package bench
