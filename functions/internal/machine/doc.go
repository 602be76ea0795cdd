// Package machine says which architecture a function runs on, in the machine's
// own words. It asks the kernel and not the compiler: the answer shows where the
// binary runs, not what it was built for.
package machine
