// Package asl has the definitions of the tuner's two state machines in Amazon States Language: plain
// JSONPath, without Map and Assign, so that the number of transitions does not grow with the number of
// memory sizes; and that of a fleet, which runs the tuner's for many functions by a distributed Map.
// constructs/powertuning deploys them; tests run them on an interpreter.
//
// They do not use the CDK's state classes for two reasons: those lose every null of a default payload
// in jsii, and their Lambda task lets the state machine call every version of a step's function.
package asl
