package asl

import (
	"slices"
	"time"
)

// FleetSettings are what a fleet's construct says of its executions, as the definition carries it.
type FleetSettings struct {
	// Tuners are those whose functions are tuned.
	Tuners []FleetTuner `json:"tuners"`
	// Bucket and Prefix are where everything is written.
	Bucket string `json:"bucket"`
	Prefix string `json:"prefix,omitempty"`
	// MaxCost is what exploring all functions of an execution may cost, in USD, and the most that its input can give; 0
	// is no limit but those of the tuners. It is at least LeastFleetCost.
	MaxCost float64 `json:"maxCost,omitempty"`
	// OlderThanSeconds is the age that a verdict must have for its function to be tuned again.
	OlderThanSeconds int `json:"olderThanSeconds"`
	// MaxConcurrency is how many functions are tuned at a time, and TimeoutSeconds how long an execution may take.
	MaxConcurrency int `json:"maxConcurrency"`
	TimeoutSeconds int `json:"timeoutSeconds"`
}

// LeastFleetCost is the least MaxCost, about the price of an invocation: shares of less could not be told apart from none.
const LeastFleetCost = 1e-6

// FleetTuner names the state machines of a tuner: by their definitions the fleet knows its functions.
type FleetTuner struct {
	StateMachine string `json:"stateMachine"`
	Heal         string `json:"heal"`
}

// FleetLabel is the name of a fleet's Map Run, which is part of the ARNs of its items' executions.
const FleetLabel = "Tune"

// Fleet returns the definition of the state machine that tunes all functions of some tuners:
//
//	List -> Any? -> Tune, an execution of a tuner for each function -> Rank
//
// Items and results go by S3: with thousands of functions they take more than a state may.
func Fleet(functions map[Step]string, s FleetSettings) map[string]any {
	d := definer{functions: functions}
	event := func() map[string]any {
		e := execution()
		e["settings"], e["input.$"] = s, "$$.Execution.Input"
		return e
	}
	return map[string]any{
		"Comment":        "Power Tuning: tunes the functions of several tuners, and ranks them by what moving saves",
		"StartAt":        "List",
		"TimeoutSeconds": s.TimeoutSeconds,
		"States": map[string]any{
			"List": d.task(FleetList, "Any?", event()),
			"Any?": choice("Tune", map[string]any{"Variable": "$.count", "NumericEquals": 0, "Next": "Rank"}),
			"Tune": map[string]any{
				"Type": "Map", "Label": FleetLabel, "MaxConcurrency": s.MaxConcurrency,
				// One function's failure is a row of the result.
				"ToleratedFailurePercentage": 100,
				"ItemReader": map[string]any{
					"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": map[string]any{"InputType": "JSON"},
					"Parameters": map[string]any{"Bucket": s.Bucket, "Key.$": "$.items"},
				},
				"ItemProcessor": map[string]any{
					"ProcessorConfig": map[string]any{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, // sync:2 needs it
					"StartAt":         "Run",
					"States":          map[string]any{"Run": runItem()},
				},
				"ResultWriter": map[string]any{
					"Resource": "arn:aws:states:::s3:putObject", "Parameters": map[string]any{"Bucket": s.Bucket, "Prefix.$": "$.results"},
				},
				"ResultPath": "$.tuned", "Next": "Rank",
			},
			"Rank": d.task(FleetRank, end, withState(event())),
		},
	}
}

// runItem runs a tuner's state machine for one function. Of its result only what Rank reads is kept: with its input
// it would be larger than a state may be.
func runItem() map[string]any {
	return map[string]any{
		"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
		"Parameters":     map[string]any{"StateMachineArn.$": "$.stateMachine", "Name.$": "$.name", "Input.$": "$.input"},
		"ResultSelector": map[string]any{"executionArn.$": "$.ExecutionArn", "output.$": "$.Output"},
		"Retry":          []any{over(30*time.Minute, slices.Clone(notStarted)...)},
		"End":            true,
	}
}

// notStarted are Step Functions' answers if it does not start an execution for now. The execution's name is its own, so
// it is started once.
var notStarted = []string{
	"StepFunctions.ExecutionLimitExceededException", "StepFunctions.ThrottlingException", "StepFunctions.TooManyRequestsException",
	"StepFunctions.AWSStepFunctionsException", "StepFunctions.SdkClientException",
}
