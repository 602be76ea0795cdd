package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dualarch/dualarch/internal/asl"
)

// Run runs a step of the fleet's state machine.
func Run(ctx context.Context, c Cloud, step asl.Step, event json.RawMessage) (any, error) {
	var e Event
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, fmt.Errorf("fleet: the event: %w", err)
	}
	switch step {
	case asl.FleetList:
		return List(ctx, c, e)
	case asl.FleetRank:
		return Rank(ctx, c, e)
	}
	return nil, fmt.Errorf("fleet: %q is no step of a fleet", step)
}

// IsStep reports whether a step is one of a fleet's.
func IsStep(step asl.Step) bool { return step == asl.FleetList || step == asl.FleetRank }

// ErrorName names an error for the state machine and for people who look at its executions.
func ErrorName(err error) string {
	if _, ok := errors.AsType[*Error](err); ok {
		return "InputError"
	}
	return "FleetFailed"
}
