package tuning

// OutOfTime says what a run left out because its time did not suffice.
type OutOfTime struct {
	// Phase is "explore" or "confirm": what was not done, or not to its end.
	Phase string `json:"phase"`
	// Begun reports whether it was begun.
	Begun bool `json:"begun"`
	// Limit is what ended the run: "TotalExecutionTimeout" of the construct or "maxMinutes" of the input.
	Limit string `json:"limit"`
	// LimitMinutes is how long the run was allowed to take, NeededMinutes about how long it would have taken.
	LimitMinutes  int `json:"limitMinutes"`
	NeededMinutes int `json:"neededMinutes"`
}
