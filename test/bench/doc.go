// Package bench measures what the project promises in figures, and prints one line a figure, "name value
// unit", for `make bench`; docs/benchmarks.md keeps them. A run of the tuner is a whole execution on the
// simulated AWS. `cdk synth` of the demo app stands beside that of an app with one empty stack, which
// costs what Node.js and jsii cost to start. `make test` asserts the same on fewer runs.
package bench
