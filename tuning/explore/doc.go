// Package explore decides what is measured next: given all samples so far, an
// Explorer names the configurations of the next round and how many samples each
// of them needs, or says that it has seen enough. It knows nothing of AWS, of
// versions or of time; the steps of the state machine ask it between rounds and
// do the rest. An Explorer keeps no state of its own between two calls, because
// the step that asks is a new process each time: the samples are its memory.
package explore
