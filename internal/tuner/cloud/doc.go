// Package cloud is all that the tuner asks of AWS: the interfaces (client.go), a Session for each invocation of a
// step with its clients and its clock, and how calls are paced (pace.go) and tried again (backoff.go).
package cloud
