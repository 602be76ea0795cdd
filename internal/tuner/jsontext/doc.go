// Package jsontext counts the bytes that text takes in JSON, because Step Functions limits what a state may hold: Length
// of a value (length.go), Truncate a text to a length (truncate.go).
package jsontext
