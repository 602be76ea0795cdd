package input

import "time"

// PauseBetween returns the pause that sleepBetweenRunsMs asks for between two invocations of a size.
func (in Input) PauseBetween() time.Duration {
	if in.ParallelInvocation {
		return 0
	}
	return time.Duration(in.SleepBetweenRunsMs) * time.Millisecond
}
