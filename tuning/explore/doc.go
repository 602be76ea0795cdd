// Package explore decides what is measured next: given all samples so far, an
// Explorer names the configurations of the next round and how many samples each
// of them needs, or says that it has seen enough; then its verdict names the
// winner. Exhaustive asks for everything. Adaptive fits a model to what was seen
// (observation, shape, process, posterior), asks for what could change the choice
// (opening, acquisition) within a budget, and stops when the winner is good
// enough and its surroundings have been looked at (stopping); docs/adaptive.md
// has the formulas. The package knows nothing of AWS, of versions or of time; the
// steps of the state machine ask it between rounds and do the rest. An Explorer
// keeps no state of its own between two calls, because the step that asks is a
// new process each time: the samples are its memory.
package explore
