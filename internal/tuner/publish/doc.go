// Package publish makes a verdict known: it keeps the output in a bucket, sends an event, writes metrics into the log, and
// compares the advice with the last one.
//
// Begin with publish.go (Run), which does these in turn and says in the output what could not be done. results.go reads and
// writes the bucket (package keyname has the keys), change.go compares advice, describe.go says what of the output is
// announced, metrics.go writes the embedded metric format. The words are those of package tuning (published.go).
package publish
