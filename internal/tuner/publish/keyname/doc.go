// Package keyname writes the names of targets as a part of objects' keys and of metrics' dimensions, and the keys of results.
// It is apart from what publishes verdicts because the constructs, and so every app, have it too, and `dualarch history` reads
// the results.
package keyname
