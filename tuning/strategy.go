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

// LatestTraffic says what becomes of an execution that tunes a function whose callers may use its unqualified ARN:
// while versions are published they are served at each memory size that is tried.
type LatestTraffic string

// The ways to treat such a function.
const (
	Warn   LatestTraffic = "warn"   // tune it, and say first what its callers were served with and for how long
	Refuse LatestTraffic = "refuse" // tune it only if CloudWatch counts no such call in the last day
)
