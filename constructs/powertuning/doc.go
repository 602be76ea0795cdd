// Package powertuning deploys the Power Tuning state machine as a nested stack: one Lambda function
// per step (all of them the binary of functions/powertuning), each with a role that allows only what
// its step does, and only on the functions that it was given; the state machine that tunes; and a
// second one, Heal, that an EventBridge rule starts when an execution is killed, so that the tuned
// functions are restored even then.
//
// Functions are added by AddTarget (anything that implements Tunable, such as a DualArchFunction; the
// execution's input chooses it by name) or by the properties Functions and FunctionArns (the input
// names their ARN). The tuner can touch nothing else.
package powertuning
