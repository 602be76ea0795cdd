// Package timing says how long the steps of the state machine may run, and what they keep of that time.
package timing
