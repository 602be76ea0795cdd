package change

import (
	"time"

	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

const (
	// publishReserve is what Prepare keeps to put $LATEST back, should that have to be tried again and again.
	publishReserve = 90 * time.Second
	// defaultLease applies if the definition does not state its own time-out.
	defaultLease = 24 * time.Hour
)

// LeaseEnd returns when nothing of the execution can run any more: its time-out, plus the Lambda function it may have
// been in, plus the Restore after it.
func LeaseEnd(e run.Event) time.Time {
	timeout := defaultLease
	if e.Defaults.TimeoutSeconds > 0 {
		timeout = time.Duration(e.Defaults.TimeoutSeconds) * time.Second
	}
	return e.Execution.StartTime.Add(timeout + max(timing.StepTimeout, e.Defaults.MeasureTimeout()) + timing.StepTimeout)
}
