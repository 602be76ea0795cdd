package confirm

import "math"

// Looks are how many sandboxes each contender has when a comparison is looked at.
var Looks = []int{4, 6, 11, 20}

// lastWithin is the last look at configurations of one architecture.
const lastWithin = 11

const (
	// beyond is the chance, both sides together, that Student's part of one look's interval leaves out.
	beyond = 0.027
	// priorSpread and priorFreedom are the standard deviation between sandboxes, as a share, that is believed before
	// any was seen, and how many degrees of freedom that belief counts for.
	priorSpread  = 0.02
	priorFreedom = 3
	// firmness is how much wider an interval must still say the same before the last look.
	firmness = 1.21
	// hopeless is the chance, both sides together, beyond which further sandboxes are not hoped to confirm anything.
	hopeless = 0.23
	// Margin is the advantage, in per cent, below which nothing is worth changing.
	Margin = 2
)

const (
	// kindFactor is how many times as long a kind of host may take as another.
	kindFactor = 1.45
	// kindOverlooked is the chance that as many sandboxes as there were all miss a kind as common as is reckoned with.
	kindOverlooked = 0.18
	// kindMost bounds what an unseen kind is reckoned to add to the logarithm of the mean.
	kindMost = 0.1185
)

// unseen returns what a kind of host that none of n sandboxes ran on may add to the logarithm of the fleet's mean.
func unseen(n int) float64 {
	share := 1 - math.Pow(kindOverlooked, 1/float64(n))
	return min(kindMost, math.Log1p((kindFactor-1)*share))
}
