// Package cloud is all that the tuner asks of AWS, as interfaces.
//
// Read client.go (the interfaces and their errors) and session.go (an invocation of a step, with its clients and its
// clock), then how calls are spaced (bucket.go), retried (backoff.go) and waited for (readiness.go).
package cloud
