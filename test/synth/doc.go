// Package synth measures `cdk synth` of the demo app beside that of an app with one empty stack, which costs what
// Node.js and jsii cost to start; that of many functions beside plain ones, and beside the CDK's own construct for Go;
// and what importing the constructs costs a build, beside an old commit. `make bench` runs it.
package synth
