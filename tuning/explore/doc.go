// Package explore decides what is measured next. Given all samples so far, an Explorer names the configurations of the
// next round and how many samples each of them needs, or none once it has seen enough; its verdict then names the
// winner. Exhaustive asks for everything. Adaptive asks for what could change the choice of the winner.
//
// The package knows nothing of AWS, of versions and of time; the steps of the state machine ask it between rounds and do
// the rest. An Explorer keeps no state between two calls, because the step that asks is a new process each time: the
// samples are its memory.
//
// Read explorer.go and adaptive.go (what can be asked), objective.go (what wins) and budget.go (what may be spent). Of
// the method read opening.go (the first round), situation.go (what a decision is made from), acquisition.go (what to
// measure next), stopping.go (when to end) and verdict.go. What is believed of durations is in package belief, what is
// ruled out after failures in package feasible, both in internal. docs/adaptive.md has the formulas.
package explore
