// Package demostack is the demo app of this repository deployed on the emulator: what `make
// demo` shows and the end-to-end tests assert on. It starts the emulator and the stub of the
// numbers service, deploys and destroys the stack with the real CDK CLI, knows the stack's
// outputs, and runs executions of its power tuning state machine.
package demostack
