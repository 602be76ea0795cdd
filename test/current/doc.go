// Command current compares what this module knows of AWS Lambda with the newest aws-sdk-go-v2,
// botocore and cfn-lint. `make current` runs it, and then tries the newest CDK; CI does not,
// because no change here causes what they find.
//
// It fetches the packages (fetch.go), reads them (the package models), and prints what
// they have and our tables do not, and the other way round (compare.go, known.go, tables.go). What
// docs/current.md explains is not printed (explained.go); an explanation of what is no
// difference any more is.
//
// The exit code is 0 for nothing to do, 1 for lines to fix or to explain, and 2 if a package could
// not be fetched or read, which is no answer.
package main
