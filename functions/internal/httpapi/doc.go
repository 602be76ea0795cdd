// Package httpapi turns events of API Gateway HTTP APIs (payload format 2.0)
// into what the demo functions work on, and their answers into responses.
package httpapi
