package tuning

// Explored says how adaptive exploration found the winner.
type Explored struct {
	// Method is adaptive.
	Method Exploration `json:"method"`
	// Measured counts the memory sizes asked for that were measured, of both functions; Sizes counts all.
	Measured int `json:"measured"`
	Sizes    int `json:"sizes"`
	// Certainty is the probability that the winner is within 1 % of the best of all sizes.
	Certainty float64 `json:"certainty"`
	// Open are the configurations that may well be more than 1 % better, the likeliest first.
	Open []OpenConfiguration `json:"open,omitempty"`
	// OpenPercent is by how much the best may be better than the winner at most, in per cent, with a
	// probability of 95 %.
	OpenPercent float64 `json:"openPercent"`
	// BudgetSpent reports whether maxInvocations, maxCost or the run's time ended exploring before it had seen enough.
	BudgetSpent bool `json:"budgetSpent,omitempty"`
	// Text says it in words.
	Text string `json:"text"`
}

// OpenConfiguration is one that may still be better than the winner.
type OpenConfiguration struct {
	Architecture Architecture `json:"architecture"`
	Power        int          `json:"power"`
}

// CurvePoint is what adaptive exploration makes of one memory size, with 95 % bands.
type CurvePoint struct {
	Architecture Architecture `json:"architecture"`
	Power        int          `json:"power"`
	// Estimated reports whether nothing was measured there.
	Estimated bool `json:"estimated"`
	// Cost and Duration are as in Output: a mean, and a mean without what discardTopBottom trims.
	Cost         float64 `json:"cost"`
	CostLow      float64 `json:"costLow"`
	CostHigh     float64 `json:"costHigh"`
	Duration     float64 `json:"duration"`
	DurationLow  float64 `json:"durationLow"`
	DurationHigh float64 `json:"durationHigh"`
}
