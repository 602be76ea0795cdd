package confirm

import (
	"math"

	"github.com/dualarch/dualarch/tuning"
)

// Reason says why a comparison needs no more sandboxes.
type Reason string

// The reasons, and that there is none yet.
const (
	Open      Reason = ""
	Confirmed Reason = "confirmed" // it is better, by the margin at least
	Refuted   Reason = "refuted"   // it is not better by the margin
	Hopeless  Reason = "hopeless"  // more sandboxes would hardly confirm anything
	Exhausted Reason = "exhausted" // it was the last look
)

// IsConfirmed reports whether an advantage is certain and large enough to act on.
func IsConfirmed(i tuning.Interval) bool { return i.Low > 0 && i.Percent >= Margin }

// Settled says why a comparison needs no more sandboxes; Open if it does.
func (c Comparison) Settled() Reason { return c.SettledBy(Most()) }

// SettledBy is Settled where no more than so many sandboxes may be had.
func (c Comparison) SettledBy(most int) Reason {
	if c.n >= min(most, c.last()) {
		switch {
		case c.confirms(c.half()):
			return Confirmed
		case c.refutes(c.half()):
			return Refuted
		}
		return Exhausted
	}
	wider := firmness * c.half()
	switch {
	case c.confirms(wider):
		return Confirmed
	case c.refutes(wider):
		return Refuted
	case c.hopeless():
		return Hopeless
	}
	return Open
}

// last is the look after which there is no other.
func (c Comparison) last() int {
	if c.within {
		return lastWithin
	}
	return Most()
}

func (c Comparison) confirms(half float64) bool {
	return c.difference+half < 0 && percent(c.difference) >= Margin
}

// refutes reports whether the first contender is worse, or not better by the margin.
func (c Comparison) refutes(half float64) bool {
	return c.difference-half > 0 || percent(c.difference-half) < Margin
}

// hopeless reports whether neither contender could be shown to be better at the last look, unless what is seen until
// then differed much from what was seen so far.
func (c Comparison) hopeless() bool {
	half, moves := c.at(c.last())
	return math.Abs(c.difference)+student(hopeless, c.freedom)*moves < half
}

// at foresees half the interval's width at a look to come, and the standard deviation by which the difference moves
// until then.
func (c Comparison) at(look int) (half, moves float64) {
	share := float64(c.n) / float64(look)
	later := c
	later.spread *= math.Sqrt(share)
	later.freedom += 2 * float64(look-c.n)
	if !c.within {
		later.kinds = unseen(look)
	}
	return later.half(), c.spread * math.Sqrt(1-share)
}
