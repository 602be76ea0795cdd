package measure

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/tally"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// ingestionDelays are the pauses between looks into CloudWatch Logs: reports arrive there after seconds. Together they
// fit into the reserve of a step.
var ingestionDelays = []time.Duration{0, time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second}

// findReports looks in CloudWatch Logs for the platform reports that the log tails did not bring, and for those that only
// their streams can assign to sandboxes: one query for each version, repeated while reports are missing. Samples without
// one keep the duration of the client's clock.
func (m *measuring) findReports(ctx context.Context) {
	denied := map[string]bool{} // by function: what is denied stays so
	for _, delay := range ingestionDelays {
		missing := slices.DeleteFunc(m.missingReports(), func(v *tally.Version) bool { return denied[v.Target.Function] })
		if len(missing) == 0 || m.Remaining() < delay+timing.Reserve/4 || clock.Sleep(ctx, delay) != nil {
			return
		}
		for _, v := range missing {
			if m.Remaining() < timing.Reserve/4 {
				return
			}
			from, alone, _ := m.tally.ReportsSince(v)
			found, err := m.Logs.Reports(ctx, cloud.ReportQuery{
				Function: v.Target.Function, Version: v.Number, LogGroup: v.Target.LogGroup, LogFormat: v.Target.LogFormat, Alone: alone,
				From: from.Add(-timing.ClockSkew), To: time.Now().Add(timing.ClockSkew),
			})
			denied[v.Target.Function] = errors.Is(err, cloud.ErrDenied)
			if err == nil { // else the client's clock is left
				m.tally.UseReports(v, found)
			}
		}
	}
}

// missingReports returns the versions with invocations whose report may still be found.
func (m *measuring) missingReports() []*tally.Version {
	var missing []*tally.Version
	for _, v := range m.versions {
		if _, _, ok := m.tally.ReportsSince(v); ok {
			missing = append(missing, v)
		}
	}
	return missing
}
