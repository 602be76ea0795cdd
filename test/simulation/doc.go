// Package simulation plays the rounds of a run without AWS, for the tests of what is measured next and of what is made
// of it. The samples come straight from simulated hosts; test/bench plays whole executions.
//
// Begin with simulation.go; journals.go has the functions that most tests tune.
package simulation
