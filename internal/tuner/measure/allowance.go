package measure

import (
	"math"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// Budget caps what one Measure call may spend; the explorer knows what things cost.
type Budget struct {
	// Left is what the budget still holds.
	Left explore.Spending
	// Worst returns what one invocation spends that runs until its time-out.
	Worst func(tuning.Configuration) explore.Spending
	// Reserved returns what a measurement spends whose samples are all at their worst.
	Reserved func(tuning.Measurement) explore.Spending
}

// allowance caps what one Measure call may spend of maxInvocations and maxCost. The explorer has already budgeted every
// sample's worst case; retries after lost answers come on top, and this is where they stop.
type allowance struct {
	// thisCall is what this call may still spend, laterCalls what is left for those after it.
	thisCall, laterCalls explore.Spending
	// unaccounted is what earlier calls may have spent whose result was lost: the state machine made this one instead.
	unaccounted explore.Spending
	// spent reports that this call has invoked; what that took is known once the call has ended.
	spent bool
}

// unlimited is the allowance if no budget was given.
var unlimited = allowance{thisCall: explore.Spending{Invocations: explore.Unlimited, Cost: math.Inf(1)}}

// allow divides what is left: this call may spend what the round has reserved for it, and each of the calls made before
// it with the same state may have spent as much.
func allow(left, reserved explore.Spending, before int) allowance {
	var a allowance
	for range before {
		gone := reserved.AtMost(left)
		a.unaccounted, left = a.unaccounted.Plus(gone), left.Minus(gone)
	}
	a.thisCall = reserved.AtMost(left)
	a.laterCalls = left.Minus(a.thisCall)
	return a
}

// spend takes an invocation's worst case out of the allowance. It reports false if the allowance does not cover it.
func (a *allowance) spend(worst explore.Spending) bool {
	if !a.thisCall.Covers(worst) {
		return false
	}
	a.thisCall, a.spent = a.thisCall.Minus(worst), true
	return true
}

// later reports whether the next Measure call may afford what this one cannot: it knows what this one really spent.
func (a *allowance) later(worst explore.Spending) bool { return a.spent || a.laterCalls.Covers(worst) }
