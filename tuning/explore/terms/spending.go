package terms

import (
	"math"
	"time"
)

// Spending is what invocations spend.
type Spending struct {
	Invocations int     `json:"invocations"`
	Cost        float64 `json:"cost"` // USD
}

// Unlimited is more invocations than any run makes.
const Unlimited = 1 << 40

// ShortestCaching is the shortest time that AWS charges for caching a published version's snapshot, even if the version
// is deleted at once.
// https://aws.amazon.com/lambda/pricing/
const ShortestCaching = 3 * time.Hour

// Plus returns the sum of s and t.
func (s Spending) Plus(t Spending) Spending {
	return Spending{s.Invocations + t.Invocations, s.Cost + t.Cost}
}

// Minus returns s less t.
func (s Spending) Minus(t Spending) Spending {
	return Spending{s.Invocations - t.Invocations, s.Cost - t.Cost}
}

// Times returns s multiplied by n.
func (s Spending) Times(n int) Spending { return Spending{n * s.Invocations, float64(n) * s.Cost} }

// AtMost returns the part of s that t covers.
func (s Spending) AtMost(t Spending) Spending {
	return Spending{max(0, min(s.Invocations, t.Invocations)), math.Max(0, math.Min(s.Cost, t.Cost))}
}

// Covers reports whether s is enough for t.
func (s Spending) Covers(t Spending) bool { return s.Invocations >= t.Invocations && s.Cost >= t.Cost }
