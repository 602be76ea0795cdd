package confirm

import "math"

// Price is what more sandboxes cost in one currency, time included.
type Price struct {
	Round   float64 // a round, whatever is in it
	Sandbox float64 // one more sandbox of each contender that is still open: publishing and calls
}

// Most returns how many sandboxes a contender may have after the last look.
func Most() int { return Looks[len(Looks)-1] }

// More returns how many sandboxes each contender of the comparisons should have at the next look; 0 if all are settled.
// It plans the looks still to come for the least expected price: a look that is unlikely to settle anything is not
// worth a round.
func More(comparisons []Comparison, price Price) int {
	var open []Comparison
	n, last := math.MaxInt, 0
	for _, c := range comparisons {
		if c.Settled() == Open {
			open, n, last = append(open, c), min(n, c.n), max(last, c.last())
		}
	}
	if len(open) == 0 {
		return 0
	}
	look, _ := plan(open, price, n, last, 1)
	return look
}

// plan returns the look that comes after n sandboxes, and what it and all after it are expected to cost; reached is the
// chance that it comes to that.
func plan(open []Comparison, price Price, n, last int, reached float64) (look int, expected float64) {
	expected = math.Inf(1)
	for _, l := range Looks {
		if l <= n || l > last {
			continue
		}
		cost := reached * (price.Round + float64(l-n)*price.Sandbox)
		if l < last {
			settled := 1.0
			for _, c := range open {
				settled = min(settled, c.settledAt(l))
			}
			_, rest := plan(open, price, l, last, 1-settled)
			cost += rest
		}
		if cost < expected {
			look, expected = l, cost
		}
	}
	return look, expected
}

// settledAt foresees the chance that the comparison is settled at a look to come: the difference may end up beyond the
// interval's half width on either side, or where nothing can be hoped for.
func (c Comparison) settledAt(look int) float64 {
	if look >= c.last() {
		return 1
	}
	half, moves := c.at(look)
	half *= firmness
	beyond := func(x float64) float64 { return 0.5 * math.Erfc((x-c.difference)/moves/math.Sqrt2) }
	outside := 1 - beyond(-half) + beyond(half)
	final, rest := c.at(c.last())
	// What is left to move from that look on.
	rest = math.Sqrt(max(0, rest*rest-moves*moves))
	if room := final - student(hopeless, c.freedom)*rest; room > 0 {
		outside += beyond(-room) - beyond(room)
	}
	return min(1, outside)
}
