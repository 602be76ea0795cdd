// Package jsontext reckons with the bytes that text takes in JSON: Step Functions bounds what a state may hold.
package jsontext
