package tuning

// Strategy says what the winner is chosen by.
type Strategy string

// The strategies of AWS Lambda Power Tuning.
const (
	Cost     Strategy = "cost"
	Speed    Strategy = "speed"
	Balanced Strategy = "balanced"
)

// Exploration says how the winner is looked for.
type Exploration string

// The ways to explore.
const (
	Adaptive   Exploration = "adaptive"   // measure what decides (explore.Adaptive)
	Exhaustive Exploration = "exhaustive" // measure everything, as AWS Lambda Power Tuning does
)
