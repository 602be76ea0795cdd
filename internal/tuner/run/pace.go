package run

import "time"

// Pace is how the run's control calls stand to what the account allows. Steps run one after the other, each in a
// Lambda of its own, so it is handed on in the state. A step that finds none begins with all that may be made at
// once, as Plan does.
type Pace struct {
	// Tokens is how many calls could be made at once; negative where some are waited for.
	Tokens float64 `json:"tokens"`
	// Rate is how many a second come on top: fewer for some time after one was throttled.
	Rate float64   `json:"rate"`
	At   time.Time `json:"at"`
}
