package run

import "time"

// OutOfTime says what a run leaves out because its time does not suffice.
type OutOfTime struct {
	// Phase is that of the first round that was not begun, or was not ended.
	Phase Phase `json:"phase"`
	Begun bool  `json:"begun,omitempty"`
	// Given says that the input's maxMinutes ended the run, and not the state machine's own time-out.
	Given bool `json:"given,omitempty"`
	// LimitSeconds is how long the run may take, NeededSeconds how long it would have to be allowed to take.
	LimitSeconds  int `json:"limitSeconds"`
	NeededSeconds int `json:"neededSeconds"`
}

// LeaveOut keeps what a run leaves out first, to which nil adds nothing.
func (s *State) LeaveOut(left *OutOfTime) {
	if s.OutOfTime == nil {
		s.OutOfTime = left
	}
}

// Limit names what ended the run.
func (o OutOfTime) Limit() string {
	if o.Given {
		return "maxMinutes"
	}
	return "TotalExecutionTimeout"
}

// Minutes rounds seconds up to minutes.
func Minutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }
