package input

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

// Defaults are the construct's props, as the state machine's definition carries them.
type Defaults struct {
	PowerValues        []int              `json:"powerValues,omitempty"` // MB
	Num                int                `json:"num,omitempty"`
	Exploration        tuning.Exploration `json:"exploration,omitempty"`
	Strategy           string             `json:"strategy,omitempty"`
	BalancedWeight     *float64           `json:"balancedWeight,omitempty"`
	ParallelInvocation bool               `json:"parallelInvocation,omitempty"`
	Payload            json.RawMessage    `json:"payload,omitempty"`
	CompareResponses   json.RawMessage    `json:"compareResponses,omitempty"`
	VisualizationURL   string             `json:"visualizationURL,omitempty"`
	// TimeoutSeconds is the state machine's own time-out: a lock's lease has to outlive it. Default: 24 hours.
	TimeoutSeconds int `json:"timeoutSeconds,omitempty"`
	// MeasureTimeoutSeconds is how long Measure's Lambda may run: it decides how long an invocation can be waited for.
	// Default: timing.StepTimeout, which was all that there was before it could be chosen.
	MeasureTimeoutSeconds int `json:"measureTimeoutSeconds,omitempty"`
	// TenantID is used if neither the input nor the construct gives a tenantId.
	TenantID string `json:"tenantId,omitempty"`
	// LongestInvocationSeconds is used if the input gives no longestInvocationSeconds.
	LongestInvocationSeconds int `json:"longestInvocationSeconds,omitempty"`
	// TunerArchitecture is that of the tuner's own Lambdas, for tunerCost.
	TunerArchitecture tuning.Architecture `json:"tunerArchitecture,omitempty"`
	// Ceilings are what no input can pass.
	Ceilings Ceilings `json:"ceilings,omitzero"`
	// AutoOptimize is what an input may have applied; nil is nothing.
	AutoOptimize *AutoOptimize `json:"autoOptimize,omitempty"`
	// LatestTraffic says whether functions may be tuned whose callers may use the unqualified ARN. Default: Warn.
	LatestTraffic tuning.LatestTraffic `json:"latestTraffic,omitempty"`
	// Results are where verdicts are kept and announced; nil is nowhere.
	Results *Results `json:"results,omitempty"`
	// Targets are the constructs whose siblings the input may name with "target".
	Targets []DefaultTarget `json:"targets,omitempty"`
	// Functions are the unqualified ARNs of what may be tuned if there are no Targets.
	Functions []string `json:"functions,omitempty"`
}

// Results says where verdicts are kept and announced.
type Results struct {
	Bucket string `json:"bucket"`
	Prefix string `json:"prefix,omitempty"` // of the objects' keys
	// EventBus is the ARN of the bus that verdicts are events on.
	EventBus string `json:"eventBus"`
}

// DefaultTarget is a construct that is tuned by name.
type DefaultTarget struct {
	Name string `json:"name"`
	// Functions are the unqualified ARNs of its one or two functions, the primary first.
	Functions []string `json:"functions"`
	// LiveAlias is the alias that live traffic reaches; its version is today's configuration.
	LiveAlias string `json:"liveAlias,omitempty"`
	// Serving is the ARN, with the alias, of the function that live traffic reaches instead of Functions: what it runs is
	// today's configuration. It is only read.
	Serving string `json:"serving,omitempty"`
	// Payload is sent if the input has none; it takes precedence over Defaults.Payload.
	Payload json.RawMessage `json:"payload,omitempty"`
	// TenantID is the tenant that the functions are invoked for if the input gives none; it takes precedence over
	// Defaults.TenantID.
	TenantID string `json:"tenantId,omitempty"`
}

// MeasureTimeout returns how long Measure's Lambda function may run.
func (d Defaults) MeasureTimeout() time.Duration {
	return cmp.Or(time.Duration(d.MeasureTimeoutSeconds)*time.Second, timing.StepTimeout)
}
