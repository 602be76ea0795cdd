package tuner

import (
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// inThisAccount refuses functions of another account than the state machine's. A policy there might let the tuner's
// roles do something to them; their owner has not put them on this tuner's list, and no lock or journal of theirs could
// be relied on.
func inThisAccount(e run.Execution, in input.Input) error {
	account := arn.Account(e.StateMachine)
	var elsewhere []string
	for _, function := range append(slices.Clone(in.Functions), in.PreProcessorARN, in.PostProcessorARN) {
		if function != "" && arn.Account(function) != account {
			elsewhere = append(elsewhere, function)
		}
	}
	if len(elsewhere) == 0 {
		return nil
	}
	return run.Problemf(run.NotTunable, "%s: not of account %s, in which this state machine is: give functions of that account", strings.Join(elsewhere, " and "), account)
}
