// Package machine names the architecture that a function runs on. It asks the
// kernel, not the compiler: the answer is where the binary runs, not what it
// was built for.
package machine
