// Package survey says of all Lambda functions of an account which are worth moving to arm64, which can move, and what
// that would save by prices alone.
//
// Read report.go (what a survey finds), options.go (what it is asked, and who judges code), then run.go, which has the
// steps in order: region.go, listed.go and tags.go find the functions, versions.go what their aliases point at; metrics.go
// and usage.go read CloudWatch, estimate.go reckons; advice.go, measured.go, kept.go and remarks.go add what others say. limit.go
// keeps the rate of all calls, problems.go says what failed, and policy.go what has to be allowed.
//
// Nothing in a Report is measured by calling a function: usage is what CloudWatch
// has, savings are estimates, and each field that is one says so.
package survey
