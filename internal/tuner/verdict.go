package tuner

import (
	"context"

	"github.com/dualarch/dualarch/internal/tuner/decide"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/packing"
	"github.com/dualarch/dualarch/internal/tuner/publish"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Verdict turns the samples into the execution's output. It calls nothing. An execution that began before Apply reached
// the verdict itself goes on with Apply.
func (s Steps) Verdict(_ context.Context, e run.Event) (run.State, error) {
	if e.State == nil {
		return run.State{}, run.Problemf(run.TuningFailed, "Verdict was started without the state of the step before")
	}
	state := *e.State
	in, _, err := input.Decode(e.Input, e.Defaults) // Plan has kept the warnings
	if err != nil {
		return run.State{}, err
	}
	samples, err := packing.Decode(state.Samples)
	if err != nil {
		return run.State{}, err
	}
	if e.Defaults.Results != nil {
		state.Counts.Transitions++ // Publish
	}
	if state.Output, err = decide.Decide(in, state, samples); err != nil {
		return run.State{}, err
	}
	if e.Defaults.Results != nil && state.Output != nil {
		state.Output.Published = publish.Describe(e, in, state)
		state.Output.Warnings = append(state.Output.Warnings, run.NotPublished)
	}
	state.Next = run.StepDone
	if decide.Applies(in, state.Journal) {
		state.Next = run.StepApply
	}
	// Apply needs none of it, and Step Functions keeps every state twice.
	state.Samples, state.Versions, state.Responses = "", nil, nil
	return state, nil
}
