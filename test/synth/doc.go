// Package synth measures `cdk synth` of the demo app beside that of an app with one empty stack, which costs what
// Node.js and jsii cost to start. `make bench` runs it.
package synth
