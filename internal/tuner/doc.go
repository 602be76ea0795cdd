// Package tuning is the domain of the Power Tuning state machine: what its input means, what each of
// its steps does, what the measurements say and what the output looks like. Each step of the state
// machine is one function here (Plan, Prepare, Measure, Restore, Verdict, Apply) that takes an Event
// and returns a State; the interfaces in client.go are all it asks of AWS, and internal/lambdaapi
// implements them. It imports neither the CDK nor the AWS SDK.
package tuner
