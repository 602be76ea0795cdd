package decide

import (
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning/explore"
)

// overhead returns what the run is charged for a round that explores, beside its invocations: state transitions, and the
// tuner's own Lambdas, most of whose time is waiting.
func overhead(in input.Input, s run.State) explore.Overhead {
	first := s.Journal.Targets[0].Function
	own := price.ForRun(in.Terms, run.Target{Function: first, Architecture: in.TunerArchitecture}.Priced())
	waiting := func(step asl.Step, d time.Duration) float64 {
		return own.Invocation(step.MemorySize(), float64(d.Milliseconds())) - own.Invocation(step.MemorySize(), 0)
	}
	return explore.Overhead{
		Round:   roundTransitions*price.Transition(in.Terms, arn.Region(first)) + waiting(asl.Prepare, roundTime),
		Version: waiting(asl.Prepare, publishTime), Waiting: waiting(asl.Measure, time.Second) / 1000,
	}
}
