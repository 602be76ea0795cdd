package tuning

// Strategy says what the winner is chosen by.
type Strategy string

// The strategies of AWS Lambda Power Tuning.
const (
	Cost     Strategy = "cost"
	Speed    Strategy = "speed"
	Balanced Strategy = "balanced"
)
