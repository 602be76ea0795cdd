package input

import (
	"encoding/json"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/answers"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/tuning"
)

// Input is an execution's input after decoding: every default filled in, every value in its range.
type Input struct {
	// Functions are one or two function ARNs as given: unqualified, or with a version or alias. The
	// first is the one that serves today: what the others' advantage is measured against.
	Functions []string
	// Name is the construct's name if the functions were chosen by "target" or by {}.
	Name string
	// LiveAlias is the alias of live traffic for a construct's functions; empty for others.
	LiveAlias string
	// Serving is the function, with its alias, that live traffic reaches instead of a construct's Functions.
	Serving string

	PowerValues               []int                         // MB, sorted, without duplicates
	StatsOrder                []int                         // PowerValues as the input has them; nil where these are sorted
	PowerValuesByArchitecture map[tuning.Architecture][]int // instead of PowerValues where given
	Num                       int
	Payloads                  []WeightedPayload
	PayloadS3                 string // s3://bucket/key; Payloads is empty until it has been read
	TenantID                  string // whom a function that isolates tenants is invoked for
	TenantGiven               bool   // TenantID is the input's own
	ParallelInvocation        bool
	Strategy                  tuning.Strategy
	BalancedWeight            float64
	AutoOptimize              bool
	AutoOptimizeAlias         string
	NotApplied                string // why autoOptimize applies nothing, whatever the functions; "" if it may
	DryRun                    bool
	PreProcessorARN           string
	PostProcessorARN          string
	DiscardTopBottom          float64
	SleepBetweenRunsMs        int
	DisablePayloadLogs        bool
	IncludeOutputResults      bool
	OnlyColdStarts            bool
	AllowedExceptions         []string
	Exploration               tuning.Exploration
	MaxInvocations            int           // of adaptive exploration; 0 where everything is measured
	InvocationsGiven          bool          // MaxInvocations is the input's own, and no default
	MaxCost                   float64       // in USD; 0 is no limit
	MaxTime                   time.Duration // of the whole run; 0 is no limit but the state machine's own
	CompareResponses          CompareResponses
	VisualizationURL          string
	Ceilings                  Ceilings // the owner's
	price.Terms

	// LongestInvocation is the input's word that no invocation takes longer, whatever the functions' Timeout; 0 if it
	// says nothing.
	LongestInvocation time.Duration
	// RunLeft is how long an invocation may take at most before the run's time ends; 0 if that is not what counts. It is
	// no part of the input.
	RunLeft time.Duration
	// MeasureTimeout is how long Measure's Lambda may run; 0 is StepTimeout.
	MeasureTimeout time.Duration
	// TunerArchitecture is that of the tuner's own Lambdas.
	TunerArchitecture tuning.Architecture
}

// WeightedPayload is a payload and how many of a configuration's Num samples it gets.
type WeightedPayload struct {
	Body    json.RawMessage // what is sent, byte for byte
	Weight  float64
	Samples int
}

// CompareResponses says whether and how the two targets' answers are compared.
type CompareResponses struct {
	Enabled bool
	Ignore  []string // JSON pointers
}

// ConfiguredSizes returns the memory sizes asked for on one architecture.
func (in Input) ConfiguredSizes(a tuning.Architecture) []int {
	if sizes, ok := in.PowerValuesByArchitecture[a]; ok {
		return sizes
	}
	return in.PowerValues
}

// Comparison returns whether and how the targets' answers are compared.
func (in Input) Comparison() answers.Options {
	return answers.Options{
		Compare: in.CompareResponses.Enabled, PayloadsDiffer: in.PreProcessorARN != "", HideValues: in.DisablePayloadLogs,
		Ignore: in.CompareResponses.Ignore,
	}
}
