// Package decide chooses what to measure next (NextRound), the winner and the advice (Decide). It only computes: it makes
// no calls, reads no clock, and gives the same answer to the same samples.
//
// Read round.go and exploration.go for what is measured next, confirmation.go for how a winner is confirmed. For the
// output begin with ranking.go, which gathers what is known and chooses the winner; verdict.go writes it down, and
// recommendation.go turns the confirmation into advice, which package phrase words.
package decide
