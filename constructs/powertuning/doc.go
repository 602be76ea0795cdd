// Package powertuning deploys the Power Tuning state machine as a nested stack: one Lambda function a
// step (all of them the binary of functions/powertuning), each with a role that may do only what its
// step does, and only to the functions that were named to it; the state machine that tunes; and a
// second one, Heal, that an EventBridge rule starts where an execution was killed, so that the tuned
// function is put back even then.
//
// Functions get there by AddTarget (anything that implements Tunable, such as a DualArchFunction; the
// execution's input chooses it by name) or by the properties Functions and FunctionArns (the input
// names their ARN). The tuner can touch nothing else.
package powertuning
