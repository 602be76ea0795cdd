// Package decide writes a run's output: the winner, what it is compared with, the advice and the warnings (Decide). It
// only computes: it makes no calls, reads no clock, and gives the same answer to the same samples.
//
// Package ranking chooses the winner. Begin with verdict.go, which writes it down; comparison.go sets it beside the
// others, and recommendation.go turns the confirmation into advice, which package phrase words. warnings.go and
// unmeasured.go say what a reader should know before trusting it.
package decide
