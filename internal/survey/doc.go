// Package survey says of all Lambda functions of an account which are worth moving to arm64, which can move, and what
// that would save by prices alone.
//
// Read report.go: what a survey finds. Nothing in a Report is measured by calling a function: usage is what CloudWatch
// has, savings are estimates, and each field that is one says so.
package survey
