package measure

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/tally"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// process invokes a pre- or postprocessor until it has answered. It reports false if the lane has to
// end: the sample is left to the next Measure call, or the run has ended.
func (m *measuring) process(ctx context.Context, v *tally.Version, number int, role, processor string, body []byte) ([]byte, bool) {
	function, qualifier := arn.SplitFunction(processor)
	for try := 0; ; try++ {
		whole := m.Remaining() >= m.in.Wait()+timing.Reserve
		callCtx, cancel := context.WithDeadline(ctx, m.Deadline.Add(-timing.Reserve/2))
		start := time.Now()
		answer, err := m.Lambda.Invoke(callCtx, function, qualifier, "", body)
		m.tally.Processed(role, time.Since(start))
		cut := callCtx.Err() != nil
		cancel()
		switch {
		case err == nil && answer.FunctionError != "":
			m.abort(run.Problemf(run.TuningFailed, "%s %s failed: %s", role, processor, m.reason(report.ParseError(answer.Payload, report.Report{}, 0))))
			return nil, false
		case err == nil:
			return answer.Payload, true
		case ctx.Err() != nil:
			return nil, false
		case cut && whole:
			m.abort(run.Problemf(run.TuningFailed, "%s %s takes longer than the %d minutes that an invocation can be waited for", role, processor, m.in.Wait()/time.Minute))
			return nil, false
		case cut:
			m.tally.Duplicated()
			m.tally.Later(v, number)
			return nil, false
		case errors.Is(err, cloud.ErrNotReady):
			err = cloud.ErrThrottled // nothing was executed either
		case errors.Is(err, cloud.ErrUnknown):
			m.tally.Duplicated()
		}
		if !cloud.Passing(err) || cloud.RefusedForGood(try, err) {
			m.abort(fmt.Errorf("invoking %s %s: %w", role, processor, err))
			return nil, false
		}
		if m.Again(ctx, try, err) != nil {
			m.tally.Later(v, number)
			return nil, false
		}
	}
}
