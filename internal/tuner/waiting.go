package tuner

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/lambdalimits"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// MeasureTimeout is how long Measure's Lambda may run.
func (d Defaults) MeasureTimeout() time.Duration {
	return cmp.Or(time.Duration(d.MeasureTimeoutSeconds)*time.Second, timing.StepTimeout)
}

func (in Input) measureTimeout() time.Duration { return cmp.Or(in.MeasureTimeout, timing.StepTimeout) }

// wait is how long Measure waits for an invocation that begins when it does.
func (in Input) wait() time.Duration {
	return in.measureTimeout() - timing.BeforeFirst - timing.Reserve
}

// longest is what an invocation of a function may take, as far as it is waited for.
func (in Input) longest(timeout time.Duration) time.Duration {
	if in.LongestInvocation > 0 {
		timeout = min(timeout, in.LongestInvocation)
	}
	return min(timeout+report.InitLimit*time.Millisecond, in.wait())
}

// awaitable refuses a function whose invocations could outlast Measure: they would be billed, and nobody would
// hear of them.
func awaitable(in Input, function string, timeout time.Duration) error {
	longest := timing.LongestTimeout(in.measureTimeout())
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
	return problem(NotTunable, "%s cannot be tuned: %s, and Measure waits at most %d s for an invocation: %s",
		function, given, int(longest.Seconds()), strings.Join(remedies, ", or "))
}
