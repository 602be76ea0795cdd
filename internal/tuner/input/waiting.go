package input

import (
	"cmp"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// LongestMeasure returns how long a Measure call may run.
func (in Input) LongestMeasure() time.Duration { return cmp.Or(in.MeasureTimeout, timing.StepTimeout) }

// Wait returns how long Measure waits for an invocation that begins when it does.
func (in Input) Wait() time.Duration {
	return in.LongestMeasure() - timing.BeforeFirst - timing.Reserve
}

// Longest returns the longest that an invocation of a function with that time-out is waited for.
func (in Input) Longest(timeout time.Duration) time.Duration {
	if in.LongestInvocation > 0 {
		timeout = min(timeout, in.LongestInvocation)
	}
	longest := min(timeout+report.InitLimit*time.Millisecond, in.Wait())
	if in.RunLeft > 0 {
		longest = min(longest, in.RunLeft)
	}
	return longest
}

// PauseBetween returns the pause that sleepBetweenRunsMs asks for between two invocations of a size.
func (in Input) PauseBetween() time.Duration {
	if in.ParallelInvocation {
		return 0
	}
	return time.Duration(in.SleepBetweenRunsMs) * time.Millisecond
}
