// Package fleet tunes all functions of some tuners in one execution: it says which ones, in which order and with which
// share of the budget (List), and ranks what came of it (Rank). What tunes each function is its tuner's own state
// machine, as an item of a distributed Map between the two (internal/asl, fleet.go).
//
// Begin with input.go (what an execution's input may say) and list.go, which calls in turn targets.go (what the tuners
// may tune), survey.go (a list that selects and orders), past.go (whose verdict is young enough), usage.go (how often a
// function runs and what it costs) and budget.go (who gets how much). plan.go is what List leaves for Rank; rank.go
// reads results.go and, for verdicts that are kept, before.go, and makes what report.go describes. cloud.go is all that is asked of AWS. tuned.go says beforehand
// what a fleet tunes, to those who start one.
package fleet
