// Package verdicts reads what tuning executions leave behind: their outputs, alone or with the execution that gave them
// (`dualarch tune --out`, `aws stepfunctions describe-execution`), and what AWS Lambda Power Tuning gives: its outputs
// and its visualization URLs.
//
// Read verdict.go (what a verdict is), then read.go (which document is which), peer.go and url.go (AWS Lambda Power
// Tuning's), check.go (which values no document may have), function.go (which verdicts belong to one function),
// together.go (what several runs of it say), output.go (what an output says) and golines.go (what to change). Files come from anywhere: nothing in them is trusted
// to be in range, and names in them may hold anything.
package verdicts
