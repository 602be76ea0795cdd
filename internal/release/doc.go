// Package release checks a new version of a function before a deployment sends traffic to it: AWS CodeDeploy calls
// functions/deploymentcheck, which calls Check.Run. The new version has to answer each payload without an error and in
// time; if the release changed nothing but how the code runs, its answers have to be those of the version that serves,
// by the tuner's own comparison.
//
// Read check.go first, then deployment.go (which versions) and package hook (what it is told).
package release
