package tuning

import "time"

// What a verdict is called where a tuner that keeps its results publishes it.
const (
	// EventSource and EventDetailType are those of the event on EventBridge.
	EventSource     = "dualarch.verdict"
	EventDetailType = "dualarch.verdict"
	// MetricNamespace is that of the metrics in CloudWatch. Each has the dimension TargetDimension, and once more
	// StateMachineDimension with it.
	MetricNamespace       = "Dualarch"
	TargetDimension       = "Target"
	StateMachineDimension = "StateMachine"
	// SavingMetric is Advice.SavingPercent, in per cent. ChangedMetric is 1 if the advice changed, else 0.
	SavingMetric  = "SavingPercent"
	ChangedMetric = "AdviceChanged"
)

// Advice is what a recommendation comes to.
type Advice struct {
	Action Action `json:"action"`
	// Architecture and Power are what to run on; today's where Action is keep.
	Architecture Architecture `json:"architecture"`
	Power        int          `json:"power"`
	// SavingPercent is by how much that is cheaper than today's configuration, with the 95 % interval in Saving; 0, and
	// absent, where Action is keep.
	SavingPercent float64   `json:"savingPercent"`
	Saving        *Interval `json:"saving,omitempty"`
	// SavingsPerMonth is in USD, with invocationsPerMonth only.
	SavingsPerMonth *float64 `json:"savingsPerMonth,omitempty"`
	// Confirmed reports whether fresh samples support it.
	Confirmed bool `json:"confirmed"`
	// Certainty is the probability that the winner is within 1 % of the best; with adaptive exploration only.
	Certainty *float64 `json:"certainty,omitempty"`
}

// LastAdvice is the last advice that was given by a strategy to functions of these architectures.
type LastAdvice struct {
	Strategy      Strategy       `json:"strategy"`
	Architectures []Architecture `json:"architectures"`
	Advice
}

// Result is what a bucket of results holds of an execution, under <target>/<time>-<execution>.json, and under
// <target>/latest.json of the last one: the output, flat, and beside it the execution. `dualarch report` reads it.
type Result struct {
	Output
	Execution ResultExecution `json:"execution"`
	// Advice is what the next verdict is compared with.
	Advice []LastAdvice `json:"advice"`
}

// ResultExecution names the execution that a result is of, and when it began and had its verdict.
type ResultExecution struct {
	ARN          string    `json:"executionArn"`
	StateMachine string    `json:"stateMachineArn"`
	Started      time.Time `json:"startDate"`
	Stopped      time.Time `json:"stopDate"`
}

// Published is a verdict as it is kept and announced: the detail of the event, and a part of the output.
type Published struct {
	// Target is the name of what was tuned: a construct's, else the function's, or both functions' with -- between them.
	Target string `json:"target"`
	// Execution is the execution's ARN, Time when its verdict was published; absent if it was not.
	Execution string    `json:"execution"`
	Time      time.Time `json:"time,omitzero"`
	// Functions are unqualified ARNs.
	Functions []string `json:"functions"`
	Strategy  Strategy `json:"strategy"`
	Advice
	// Text says the advice in words, in at most 1 KB.
	Text string `json:"text"`
	// AdviceChanged reports whether there is something else to do than after the last verdict: another configuration to
	// change to, or one that is advised no more. It is false if there is no last verdict.
	AdviceChanged bool `json:"adviceChanged"`
	// Changed names the fields of Last that are different now: action, architecture, power, confirmed.
	Changed []string `json:"changed"`
	// Last is the advice before, by the same strategy for the same architectures; absent if there is none.
	Last *Advice `json:"last,omitempty"`
	// Object is where the output is kept, as s3://bucket/key; "" if it could not be.
	Object string `json:"object,omitempty"`
}
