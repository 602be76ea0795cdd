// Package removal answers CloudFormation when the tuner, or a function on its list, is taken away: the functions are put
// back first. constructs/powertuning has the two custom resources that ask.
//
// Read request.go (what is asked), handle.go (what is done, and what is said if that fails), answer.go (how CloudFormation
// is told).
package removal
