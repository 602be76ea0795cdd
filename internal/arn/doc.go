// Package arn parses the ARNs of functions, executions and state machines.
package arn
