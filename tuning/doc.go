// Package tuning holds the words of a tuning execution. It imports nothing of this module.
//
// Read configuration.go and sample.go (what is measured), strategy.go (what the winner is chosen by, and how it is looked
// for), then output.go and explored.go (the execution's output, field by field as it is written), and published.go (what is
// kept and announced of it). Package explore chooses what to measure next; what runs an execution is in internal/tuner.
package tuning
