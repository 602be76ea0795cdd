// Package statemachine runs the definition of a Step Functions state machine as it was synthesized,
// against Go functions in the place of Lambdas. It understands the part of the Amazon States Language
// (JSONPath) that our definitions use, and refuses everything else when it parses: a definition cannot
// silently use what is ignored here. It enforces the limits on payloads (256 KB) and history (25,000
// events), counts state transitions as AWS bills them, keeps the history, tells subscribers about
// changes of status as EventBridge would, and lets tests stop an execution, time it out, or kill the
// step that is running, at any moment. A step that outlives its execution goes on until its function's
// own time limit, as a Lambda does.
//
// All time is package time, so executions belong into a bubble of testing/synctest, where a wait of
// fifteen minutes takes none.
package statemachine
