package tuning

import "math"

// Source says where a sample's duration was read.
type Source string

// Where durations come from, best first.
const (
	LogTail        Source = "logTail"        // the platform's report in the invocation's log tail
	CloudWatchLogs Source = "cloudWatchLogs" // the platform's report, found in CloudWatch Logs by request id
	ClientClock    Source = "clientClock"    // wall time seen by the caller: includes the network
)

// Sample is one measured invocation.
type Sample struct {
	Configuration
	// Duration is the time the handler ran, in ms, without initialisation.
	Duration float64
	// BilledDuration is all that the platform bills, in whole ms: initialisation (since August 2025) and a
	// restore's BilledRestoreDuration are in it.
	BilledDuration float64
	// InitDuration is the time a cold start took before the handler ran, in ms; 0 for a warm invocation.
	InitDuration float64
	// RestoreDuration is the time a SnapStart restore took, in ms; 0 if there was none.
	RestoreDuration float64
	// BilledRestoreDuration is the part of BilledDuration that is billed for that restore, in ms.
	BilledRestoreDuration float64
	// MaxMemoryUsed is in MB; 0 if the platform did not say.
	MaxMemoryUsed int
	// Cold reports whether the invocation was the first of its sandbox.
	Cold bool
	// Sandbox tells sandboxes of one configuration apart.
	Sandbox int
	// Payload is the index of the payload that was sent.
	Payload int
	// Confirming reports whether the sample was taken to confirm a winner, not to find one.
	Confirming bool
	// Failed reports whether the function answered with an error that the input allows; its duration counts.
	Failed bool
	Source Source
	// Cost is what such an invocation costs in production, in USD, with its request and its share of standing charges.
	Cost float64
	// Uncharged is the part of Cost that the run is not charged for the invocation itself.
	Uncharged float64
}

// Charge returns what the run is charged for the invocation, in USD.
func (s Sample) Charge() float64 { return s.Cost - s.Uncharged }

// Total returns how long the invocation took, in ms, as AWS Lambda Power Tuning counts it: initialisation or
// restore included.
func (s Sample) Total() float64 { return s.Duration + s.InitDuration + s.RestoreDuration }

// Billed returns what the invocation is billed for, in whole ms. Nothing is added to BilledDuration: the
// platform has included initialisation and restore.
func (s Sample) Billed() float64 { return math.Ceil(s.BilledDuration) }

// Failure is a configuration that cannot be measured.
type Failure struct {
	Configuration
	// Reason is what happened, in words.
	Reason string `json:"reason"`
	// OutOfMemory reports whether smaller memory sizes would fail in the same way.
	OutOfMemory bool `json:"outOfMemory,omitempty"`
	// TimedOut reports whether smaller memory sizes, which have less CPU, would most likely do so too.
	TimedOut bool `json:"timedOut,omitempty"`
}
