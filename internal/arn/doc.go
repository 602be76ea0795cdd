// Package arn takes the ARNs of functions, executions and state machines apart.
package arn
