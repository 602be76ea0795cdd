package tuner

import (
	"context"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

const (
	// trafficTime is how far back it is looked for callers of $LATEST: most schedules come by once a day.
	trafficTime = 24 * time.Hour
	// metricTries is how often CloudWatch is asked before a function is refused because it does not answer.
	metricTries = 3
)

// refuseLatestTraffic refuses a function whose callers use its unqualified ARN, or may do so, if its owner says so: each
// test size would serve them for some seconds.
func (a *attempt) refuseLatestTraffic(ctx context.Context, d input.Defaults, t run.Target) error {
	if !t.Exposed || d.LatestTraffic != tuning.Refuse {
		return nil
	}
	count, err := 0, error(nil)
	for try := range metricTries {
		if try > 0 {
			if slept := clock.Sleep(ctx, time.Second<<(try-1)); slept != nil {
				return slept
			}
		}
		if count, err = a.Metrics.LatestInvocations(ctx, t.Function, time.Now().Add(-trafficTime)); err == nil {
			break
		}
	}
	const remedy = "have its callers invoke an alias, or set the PowerTuning's property LatestTraffic to tuning.Warn"
	switch {
	case err != nil:
		return &run.Problem{Kind: run.NotTunable, Err: err, Text: t.Function + " cannot be tuned: CloudWatch does not tell whether it is invoked without a version or alias: " + remedy}
	case count > 0:
		return run.Problemf(run.NotTunable, "%s cannot be tuned: it was invoked %d times without a version or alias in the last 24 hours, and test sizes would serve such callers for some seconds each: %s", t.Function, count, remedy)
	}
	return nil
}
