// Package bench measures what spans packages: how long a user waits for `cdk synth` of the demo
// app, beside an app with one empty stack, which costs what Node.js and jsii cost to start.
package bench
