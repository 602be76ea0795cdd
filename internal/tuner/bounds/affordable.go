package bounds

import (
	"math"

	"github.com/dualarch/dualarch/internal/tuner/explorer"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Affordable refuses a maxCost that the first round alone might pass.
func Affordable(in input.Input, s run.State) error {
	if in.MaxCost == 0 {
		return nil
	}
	a := explorer.Adaptive(in, s)
	least, snapshots := a.WorstOpeningCost(), a.WorstOpeningSnapshots()
	switch {
	case least <= in.MaxCost:
		return nil
	case snapshots > 0:
		return run.Problemf(run.NotTunable, "maxCost is %g USD, and the first round alone may cost %.2g USD: %.2g USD for the snapshots of its versions (SnapStart), each cached for three hours at least, and the rest if its invocations take as long as the functions' time-outs allow: give that at least, or ask for smaller memory sizes",
			in.MaxCost, roundedUp(least), roundedUp(snapshots))
	}
	return run.Problemf(run.NotTunable, "maxCost is %g USD, and the first round alone may cost %.2g USD if its invocations take as long as the functions' time-outs allow: give that at least, or shorten the time-outs",
		in.MaxCost, roundedUp(least))
}

// roundedUp rounds a cost up to two digits.
func roundedUp(cost float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(cost))-1)
	return math.Ceil(cost/unit) * unit
}
