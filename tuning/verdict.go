package tuning

import (
	"context"

	"github.com/dualarch/dualarch/tuning/explore"
)

// Verdict is the step that turns the samples into the execution's output.
func Verdict(ctx context.Context, event Event) (State, error) { return State{}, nil }

// Decide computes the output from the samples; nil for a dry run. It fails where every size failed.
func Decide(in Input, s State, samples []explore.Sample) (*Output, error) { return nil, nil }
