package fleet

import (
	"encoding/json"
	"time"

	"github.com/dualarch/dualarch/tuning"
)

// Format is the number of the format of fleet.json. Fields are only ever added while it stays the same.
const Format = 1

// Report is fleet.json: what became of every function of a fleet, the largest saving a month first. `dualarch report`
// reads it.
type Report struct {
	Format int       `json:"fleet"`
	Totals Totals    `json:"totals"`
	Rows   []Row     `json:"functions"`
	Out    []LeftOut `json:"leftOut"`
	// Notes are sentences for people: what could not be seen.
	Notes []string `json:"notes"`
	// Execution is the fleet's.
	Execution Execution `json:"execution"`
	// Verdicts are the executions' outputs, each with its execution beside it as `dualarch tune --out` writes them, and
	// what is known of those without one, in the order of Rows.
	Verdicts []json.RawMessage `json:"verdicts"`
}

// Execution is the fleet's execution, and when it began and was ranked.
type Execution struct {
	ARN          string    `json:"executionArn"`
	StateMachine string    `json:"stateMachineArn"`
	Started      time.Time `json:"startDate"`
	Stopped      time.Time `json:"stopDate"`
}

// Totals count the rows by outcome. Money is USD.
type Totals struct {
	Functions int `json:"functions"`
	Tuned     int `json:"tuned"`
	Kept      int `json:"kept"`
	Failed    int `json:"failed"`
	LeftOut   int `json:"leftOut"`
	// SavingsPerMonth is what all advised and confirmed changes save together.
	SavingsPerMonth float64 `json:"savingsPerMonth"`
	// Cost is what this fleet's verdicts have cost in all: invocations, transitions, the tuner's own Lambdas. Of runs that
	// failed it is not known.
	Cost float64 `json:"cost"`
	// MaxCost is the budget, 0 if there was none.
	MaxCost float64 `json:"maxCost,omitempty"`
}

// Outcome is what became of a function.
type Outcome string

// The outcomes.
const (
	Tuned  Outcome = "tuned"  // this fleet has a verdict
	Kept   Outcome = "kept"   // an earlier verdict is younger than olderThan
	Failed Outcome = "failed" // there is no verdict; Row.Why says why
)

// Row is a function, or the siblings of a construct.
type Row struct {
	Name      string   `json:"name"`
	Functions []string `json:"functionArns"`
	Outcome   Outcome  `json:"outcome"`
	// Why says why there is no verdict, or why one that is kept could not be read.
	Why string `json:"why,omitempty"`
	// Execution is the tuner's.
	Execution string `json:"executionArn"`
	// Advice is nil if there is no verdict.
	Advice *tuning.Advice `json:"advice,omitempty"`
	// AdviceAt is when the advice was given. AdviceOf is the execution that gave it, if there was no time to read that of
	// Execution: the advice is then that of the fleet.json before.
	AdviceAt time.Time `json:"adviceAt,omitzero"`
	AdviceOf string    `json:"adviceOf,omitempty"`
	// InvocationsPerMonth and BillPerMonth, in USD, are CloudWatch's of the last 30 days, nil if it could not be asked.
	InvocationsPerMonth *float64 `json:"invocationsPerMonth,omitempty"`
	BillPerMonth        *float64 `json:"billPerMonth,omitempty"`
	// MaxCost is its share of the budget in USD, Cost what its run cost in all.
	MaxCost float64 `json:"maxCost,omitempty"`
	Cost    float64 `json:"cost,omitempty"`
}

// Output is the output of a fleet's execution: where fleet.json is, and its beginning.
type Output struct {
	Fleet  string `json:"fleetJson"` // s3:// location
	Totals Totals `json:"totals"`
	// Top are the first rows.
	Top   []Row    `json:"top"`
	Notes []string `json:"notes"`
}

// mostTop is how many rows an execution's output has.
const mostTop = 10
