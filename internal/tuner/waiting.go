package tuner

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/lambdalimits"
	"github.com/dualarch/dualarch/internal/tuner/report"
)

// StepTimeout is how long the Lambda of a step may run. Only Measure may be given longer: it changes nothing
// that another invocation would have to wait for.
const StepTimeout = 15 * time.Minute

// overhead is what Measure needs of its time besides one invocation that lasts as long as its function's
// Timeout allows: before it, its initialisation, which no Timeout includes, and after it.
const overhead = beforeFirst + report.InitLimit*time.Millisecond + reserve

// beforeFirst is for what Measure does before it invokes: read the state, the locks and a payload in S3.
const beforeFirst = 30 * time.Second

// LongestTimeout is how long a function's Timeout may be for a Measure that may run so long to be sure to hear
// of each invocation.
func LongestTimeout(measure time.Duration) time.Duration { return measure - overhead }

// MeasureTimeout is how long Measure's Lambda may run.
func (d Defaults) MeasureTimeout() time.Duration {
	return cmp.Or(time.Duration(d.MeasureTimeoutSeconds)*time.Second, StepTimeout)
}

func (in Input) measureTimeout() time.Duration { return cmp.Or(in.MeasureTimeout, StepTimeout) }

// wait is how long Measure waits for an invocation that begins when it does.
func (in Input) wait() time.Duration { return in.measureTimeout() - beforeFirst - reserve }

// longest is what an invocation of a function may take, as far as it is waited for.
func (in Input) longest(t Target) time.Duration {
	timeout := time.Duration(t.Timeout) * time.Second
	if in.LongestInvocation > 0 {
		timeout = min(timeout, in.LongestInvocation)
	}
	return min(timeout+report.InitLimit*time.Millisecond, in.wait())
}

// awaitable refuses a function whose invocations could outlast Measure: they would be billed, and nobody would
// hear of them.
func awaitable(in Input, function string, timeout time.Duration) error {
	longest := LongestTimeout(in.measureTimeout())
	given := fmt.Sprintf("its Timeout is %d s", int(timeout.Seconds()))
	bound := timeout
	if in.LongestInvocation > 0 && in.LongestInvocation < timeout {
		bound, given = in.LongestInvocation, fmt.Sprintf("%s, longestInvocationSeconds is %d", given, int(in.LongestInvocation.Seconds()))
	}
	if bound <= longest {
		return nil
	}
	remedies := []string{fmt.Sprintf("set its Timeout to %d s or less", int(longest.Seconds()))}
	if needed := int((bound + overhead).Seconds()); needed <= lambdalimits.Timeout.Most {
		remedies = append(remedies, fmt.Sprintf("set MeasureTimeout of the tuning stack to %d s", needed))
	}
	remedies = append(remedies, fmt.Sprintf("give longestInvocationSeconds, %d or less, if no invocation takes longer than that", int(longest.Seconds())))
	return problem(NotTunable, "%s cannot be tuned: %s, and Measure waits at most %d s for an invocation: %s",
		function, given, int(longest.Seconds()), strings.Join(remedies, ", or "))
}
