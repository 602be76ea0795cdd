package measure

import (
	"math"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// allowance is what a call of Measure may take of a budget that the input gives. The explorer has reckoned
// with every sample at its worst; what is invoked again since its answer was lost comes on top, and here it
// finds its end.
type allowance struct {
	// thisCall is what this call may still take, after what is left for calls that come after it.
	thisCall, laterCalls explore.Spending
	// unaccounted is what calls may have taken of which nobody heard: the state machine made this one instead.
	unaccounted explore.Spending
	// spent says that this call has invoked: what that took is known once it has ended.
	spent bool
}

// unlimited is the allowance where no budget was given, or where it does not count.
var unlimited = allowance{thisCall: explore.Spending{Invocations: explore.Unlimited, Cost: math.Inf(1)}}

// allow divides what is left: this call may take what the round has reserved for it, and so may those have
// done that were made before it with the same state.
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

// allowance returns what this call may spend; it needs the versions to be known.
func (m *measuring) allowance(b *Budget) allowance {
	if b == nil {
		return unlimited
	}
	var reserved explore.Spending
	for _, v := range m.versions {
		v.worst = b.Worst(v.Configuration)
		reserved = reserved.Plus(b.Reserved(tuning.Measurement{Configuration: v.Configuration, Samples: len(v.pending)}))
	}
	return allow(b.Left, reserved, m.Retries)
}

// spend takes an invocation at its worst out of the allowance. Where that does not suffice it reports false,
// and the sample is put back.
func (m *measuring) spend(v *progress, number int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.allowed.thisCall.Covers(v.worst) {
		m.allowed.thisCall, m.allowed.spent = m.allowed.thisCall.Minus(v.worst), true
		return true
	}
	m.requeue(v, number, false)
	m.exhausted(v)
	return false
}

// exhausted says whether the version has to do without another invocation. It waits for the next call of
// Measure, which knows what this one really took, or gives up its samples where nothing is left. It is called with mu held.
func (m *measuring) exhausted(v *progress) bool {
	switch {
	case m.allowed.thisCall.Covers(v.worst):
		return false
	case m.allowed.spent || m.allowed.laterCalls.Covers(v.worst):
		m.unfinished = true
	default:
		v.pending = nil
		m.warn("the budget ended before %s at %d MB had all its samples, since invocations were made again", v.Architecture, v.MemorySize)
	}
	return true
}
