// Package tuning holds the words of a tuning execution: what is measured (Architecture, Configuration, Sample),
// what its winner is chosen by and how it is looked for (Strategy, Exploration), and what comes out of it (Output
// and its parts, as they stand in the execution's output). It imports nothing of this module.
//
// Package explore below it chooses what to measure next. What runs an execution is in internal/tuner.
package tuning
