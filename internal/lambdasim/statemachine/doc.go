// Package statemachine runs the definition of a Step Functions state machine as it is deployed, with Go
// functions instead of Lambda functions. It enforces the limits on payloads (256 KB) and history (25,000
// events), counts state transitions as AWS bills them, keeps the history, tells subscribers about changes
// of status as EventBridge would, and lets tests stop an execution, time it out, or kill the step that is
// running, at any moment. A step that outlives its execution goes on until its function's own time limit,
// as a Lambda does.
//
// # Language
//
// It understands the part of the Amazon States Language (JSONPath) that the definitions of package asl
// use, and little more. Parse refuses everything else, so a definition cannot silently use what is ignored
// here:
//
//   - Task: a function's ARN as Resource, TimeoutSeconds, Parameters, ResultSelector, Retry with backoff,
//     MaxDelaySeconds and jitter, Catch
//   - Pass: Result or Parameters
//   - Choice: rules of one comparison, StringEquals or one of the five for numbers; Default
//   - Wait: SecondsPath
//   - Succeed, and Fail with ErrorPath and CausePath
//   - Map, distributed only: items from a JSON array in S3, an execution for each, MaxConcurrency,
//     ToleratedFailurePercentage, results to S3; stopping its execution stops those of the items
//   - Task: startExecution.sync:2, which runs another machine, and stops it if its own execution is stopped
//   - ResultPath and OutputPath; paths of names, $.a.b, also into the context object, $$.Execution.Id
//
// # Time
//
// All time is package time, so executions belong in a bubble of testing/synctest, where a wait of fifteen
// minutes takes none.
package statemachine
