// Package ranking says how what was measured compares: which configuration wins, which are set beside it, and by how
// much one is better than another on fresh sandboxes. What is measured next and what is advised both follow from it, so
// that they never see two different winners. It only computes.
//
// Begin with ranking.go, which gathers what is known and chooses the winner. contest.go compares configurations on the
// samples that confirm, prospects.go by what exploring expects of them.
package ranking
