package fleet

import (
	"encoding/json"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Event is what the state machine gives List and Rank.
type Event struct {
	Execution run.Execution     `json:"execution"`
	Settings  asl.FleetSettings `json:"settings"`
	Input     json.RawMessage   `json:"input"`
	State     *State            `json:"state,omitempty"`
}

// State is what List returns.
type State struct {
	// Items is the key of what is tuned, a JSON array, and Count how many there are.
	Items string `json:"items"`
	Count int    `json:"count"`
	// Plan is the key of the plan, and Results the prefix of what the Map writes.
	Plan    string `json:"plan"`
	Results string `json:"results"`
	// Tuned is what the Map says: where its results are.
	Tuned json.RawMessage `json:"tuned,omitempty"`
}

// item is what one execution of a tuner is started with.
type item struct {
	StateMachine string          `json:"stateMachine"`
	Name         string          `json:"name"`
	Input        json.RawMessage `json:"input"`
}

// plan is what List leaves for Rank.
type plan struct {
	MaxCost float64   `json:"maxCost,omitempty"`
	Targets []planned `json:"targets"`
	LeftOut []LeftOut `json:"leftOut"`
	Notes   []string  `json:"notes"`
}

// planned is a target in the plan.
type planned struct {
	Name      string   `json:"name"`
	Functions []string `json:"functions"`
	// Execution is that of the tuner: the one that this fleet starts, or the one whose verdict is kept, since Kept.
	Execution string          `json:"execution"`
	Kept      time.Time       `json:"kept,omitzero"`
	Input     json.RawMessage `json:"input,omitempty"`
	// InvocationsPerMonth and BillPerMonth, in USD, are nil if CloudWatch could not be asked.
	InvocationsPerMonth *float64 `json:"invocationsPerMonth,omitempty"`
	BillPerMonth        *float64 `json:"billPerMonth,omitempty"`
	// MaxCost is its share, in USD; 0 without a budget.
	MaxCost float64 `json:"maxCost,omitempty"`
}

// LeftOut is a function that is not tuned.
type LeftOut struct {
	Name     string `json:"name"`
	Function string `json:"functionArn"`
	Why      string `json:"why"`
}

// called reports whether an input means it, as with a target.
func (l LeftOut) called(name string) bool {
	return name == l.Name || name == l.Function || name == arn.Name(l.Function)
}
