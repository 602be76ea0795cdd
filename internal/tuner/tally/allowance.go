package tally

import (
	"fmt"
	"math"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// Budget caps what a Measure call may spend; the explorer knows what things cost.
type Budget struct {
	// Left is what the budget still holds.
	Left explore.Spending
	// Worst returns what one invocation spends that runs until its time-out.
	Worst func(tuning.Configuration) explore.Spending
	// Reserved returns what a measurement spends whose samples are all at their worst.
	Reserved func(tuning.Measurement) explore.Spending
	// Charge returns what a sample was charged.
	Charge func(tuning.Sample) float64
	// Whole reports whether only the owner's ceilings bound the call: then it may spend all that is left, and goes on
	// with what an invocation did not spend of its worst case.
	Whole bool
}

// Allowance caps what one Measure call may spend of maxInvocations and maxCost. The explorer has already budgeted every
// sample's worst case; retries after lost answers come on top, and this is where they stop.
type Allowance struct {
	// thisCall is what this call may still spend, laterCalls what is left for those after it.
	thisCall, laterCalls explore.Spending
	// unaccounted is what earlier calls may have spent whose result was lost: the state machine made this one instead.
	unaccounted explore.Spending
	// spent reports that this call has invoked; what that took is known once the call has ended.
	spent bool
	whole bool // Budget.Whole
	// charge is Budget.Charge, nil without a budget.
	charge func(tuning.Sample) float64
}

// unlimited is the allowance if no budget was given.
var unlimited = Allowance{thisCall: explore.Spending{Invocations: explore.Unlimited, Cost: math.Inf(1)}}

// Allow returns what a Measure call may spend of a budget, if any, after the given number of calls with the same state
// whose result was lost. It sets each version's worst case.
func Allow(b *Budget, parts []Part, before int) Allowance {
	if b == nil {
		return unlimited
	}
	var reserved explore.Spending
	for _, p := range parts {
		p.Version.worst = b.Worst(p.Version.Configuration)
		reserved = reserved.Plus(b.Reserved(tuning.Measurement{Configuration: p.Version.Configuration, Samples: len(p.Pending)}))
	}
	a := divide(b.Left, reserved, before)
	if a.whole, a.charge = b.Whole, b.Charge; a.whole {
		a.thisCall, a.laterCalls = a.thisCall.Plus(a.laterCalls), explore.Spending{}
	}
	return a
}

// divide divides what is left: this call may spend what the round has reserved for it, and each of the calls made before
// it with the same state may have spent as much.
func divide(left, reserved explore.Spending, before int) Allowance {
	var a Allowance
	for range before {
		gone := reserved.AtMost(left)
		a.unaccounted, left = a.unaccounted.Plus(gone), left.Minus(gone)
	}
	a.thisCall = reserved.AtMost(left)
	a.laterCalls = left.Minus(a.thisCall)
	return a
}

// Spend takes an invocation's worst case out of the allowance. It reports false if the allowance does not cover it.
func (a *Allowance) spend(worst explore.Spending) bool {
	if !a.thisCall.Covers(worst) {
		return false
	}
	a.thisCall, a.spent = a.thisCall.Minus(worst), true
	return true
}

// refund gives back what a sample did not spend of its worst case.
func (a *Allowance) refund(worst explore.Spending, s tuning.Sample) {
	if a.whole && s.Source == tuning.LogTail {
		a.thisCall.Cost += math.Max(0, worst.Cost-a.charge(s))
	}
}

// ended says what ended a version's measurement that an allowance does not cover.
func (a *Allowance) ended(v *Version) string {
	switch {
	case !a.whole:
		return fmt.Sprintf("the budget ended before %s at %d MB had all its samples, because invocations were repeated", v.Architecture, v.MemorySize)
	case a.thisCall.Invocations < v.worst.Invocations:
		return "the PowerTuning's property MaxInvocations ended the run before it had all its samples"
	}
	return "the PowerTuning's property MaxCost ended the run before it had all its samples"
}

// Later reports whether the next Measure call may afford what this one cannot: it knows what this one really spent.
func (a *Allowance) later(worst explore.Spending) bool {
	if a.whole {
		return a.spent && a.thisCall.Invocations >= worst.Invocations
	}
	return a.spent || a.laterCalls.Covers(worst)
}
