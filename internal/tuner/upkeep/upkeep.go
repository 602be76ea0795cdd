package upkeep

import (
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning/explore"
)

const (
	// RoundTransitions are a round's: Prepare and Measure, each with the choice after it.
	RoundTransitions = 4
	// RoundTime is how long a round takes beside its versions: two updates of each function, and a cold start.
	RoundTime = 10 * time.Second
	// Memory is the memory size (MB) that the steps' GB-seconds are charged as.
	Memory = 1024
)

// Prices returns the prices of the tuner's own Lambdas: they run on demand too, without the target's storage.
func Prices(in input.Input, j run.Journal) price.Prices {
	return price.ForRun(in.Terms, run.Target{Function: j.Targets[0].Function, Architecture: in.TunerArchitecture}.Priced())
}

// Transition returns the price of one of the state machine's transitions.
func Transition(in input.Input, j run.Journal) float64 {
	return price.Transition(in.Terms, arn.Region(j.Targets[0].Function))
}

// Waiting returns what it costs that a step's Lambda goes on for some time.
func Waiting(own price.Prices, step asl.Step, d time.Duration) float64 {
	memory := step.MemorySize()
	return own.Invocation(memory, float64(d.Milliseconds())) - own.Invocation(memory, 0)
}

// Overhead returns what the run is charged for a round that explores, beside its invocations: state transitions, and the
// tuner's own Lambdas, most of whose time is waiting.
func Overhead(in input.Input, j run.Journal) explore.Overhead {
	own := Prices(in, j)
	return explore.Overhead{
		Round:   RoundTransitions*Transition(in, j) + Waiting(own, asl.Prepare, RoundTime),
		Version: Waiting(own, asl.Prepare, timing.UsualPublishing), Waiting: Waiting(own, asl.Measure, time.Second) / 1000,
	}
}
