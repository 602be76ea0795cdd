package bounds

import (
	"fmt"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/lambdalimits"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// Awaitable refuses a function whose invocations could outlast Measure: they would be billed, and their answers lost.
func Awaitable(in input.Input, function string, timeout time.Duration) error {
	longest := timing.LongestTimeout(in.LongestMeasure())
	given := fmt.Sprintf("its Timeout is %d s", int(timeout.Seconds()))
	bound := timeout
	if in.LongestInvocation > 0 && in.LongestInvocation < timeout {
		bound, given = in.LongestInvocation, fmt.Sprintf("%s, longestInvocationSeconds is %d", given, int(in.LongestInvocation.Seconds()))
	}
	if bound <= longest {
		return nil
	}
	remedies := []string{fmt.Sprintf("set its Timeout to %d s or less", int(longest.Seconds()))}
	if needed := int((bound + timing.Overhead).Seconds()); needed <= lambdalimits.Timeout.Most {
		remedies = append(remedies, fmt.Sprintf("set MeasureTimeout of the tuning stack to %d s", needed))
	}
	remedies = append(remedies, fmt.Sprintf("give longestInvocationSeconds, %d or less, if no invocation takes longer than that", int(longest.Seconds())))
	return run.Problemf(run.NotTunable, "%s cannot be tuned: %s, and Measure waits at most %d s for an invocation: %s",
		function, given, int(longest.Seconds()), strings.Join(remedies, ", or "))
}
