// Package asl writes the definitions of the tuner's two state machines in Amazon States Language: plain
// JSONPath, no Map, no Assign, so that the number of transitions does not grow with the number of
// memory sizes. constructs/powertuning deploys them; tests run them on an interpreter.
//
// They are not made of the CDK's state classes for two reasons: those lose every null of a default
// payload on its way through jsii, and their Lambda task lets the state machine call every version of a
// step's function.
package asl
