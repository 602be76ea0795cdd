// Package decide computes: what to measure next (NextRound), and from all samples the output (Decide). It calls
// nobody, reads no clock, and gives the same answer to the same samples.
//
// Read round.go and exploration.go for what comes next. For the verdict begin with verdict.go: standing.go ranks the
// configurations and chooses the winner, recommendation.go turns the confirmation's fresh samples (confidence.go)
// into advice, words.go puts it into words.
package decide
