package fleet

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/tuning"
)

// Target is what a fleet tunes with one execution of a tuner, for those who start a fleet.
type Target struct {
	StateMachine string // of the tuner
	Construct    string // its name in a tuning input; "" if the function belongs to none, and is named by its ARN
	Functions    []string
	Defaults     input.Defaults
}

// Targets returns what a fleet of these tuners tunes, and the functions that each tuner may tune, by its state machine's
// ARN. The first of two tuners that have a function tunes it.
func Targets(ctx context.Context, c Definitions, tuners []asl.FleetTuner) (tuned []Target, functions map[string][]string, err error) {
	all, err := tunable(ctx, c, tuners)
	if err != nil {
		return nil, nil, err
	}
	functions = map[string][]string{}
	for _, t := range all {
		functions[t.stateMachine] = append(functions[t.stateMachine], t.Functions...)
	}
	first, _ := once(all)
	for _, t := range first {
		construct := t.name
		if t.byARN {
			construct = ""
		}
		tuned = append(tuned, Target{t.stateMachine, construct, t.Functions, t.defaults})
	}
	return tuned, functions, nil
}

// ExecutionARN returns the ARN of the tuner's execution that an execution of a fleet starts for a target, which
// ExecutionName describes.
func ExecutionARN(stateMachine, target, fleet string) string {
	return executionARN(stateMachine, ExecutionName(target, fleet))
}

// DecodeTuning decodes the tuning input of a target, name, in a fleet whose budget is maxCost; 0 is none. With a budget
// it has the fields ask for adaptive exploration unless they say otherwise, because no other kind knows a budget: a
// single function's is exhaustive by default.
func DecodeTuning(name string, fields map[string]json.RawMessage, d input.Defaults, maxCost float64) (input.Input, []string, error) {
	decoded, warnings, err := input.Decode(text(fields), d)
	if err == nil && maxCost > 0 && decoded.Exploration == tuning.Exhaustive && fields["exploration"] == nil && fields["num"] == nil {
		fields["exploration"] = text(tuning.Adaptive)
		decoded, warnings, err = input.Decode(text(fields), d)
	}
	if err == nil && maxCost > 0 && decoded.Exploration == tuning.Exhaustive {
		var found problems
		found.add("$.maxCost", text(maxCost), fmt.Sprintf("nothing beside exhaustive exploration of %s, which takes what num and powerValues say", name))
		err = found.err()
	}
	return decoded, warnings, err
}
