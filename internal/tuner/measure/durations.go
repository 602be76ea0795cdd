package measure

import (
	"context"
	"iter"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

// ingestionDelays are the pauses between looks into CloudWatch Logs: reports arrive there after
// seconds. Together they fit into the reserve of a step.
var ingestionDelays = []time.Duration{0, time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second}

// findReports looks in CloudWatch Logs for the platform reports that the log tails did not bring: one
// query a version and window, repeated for those that have not arrived. What is not found keeps the
// client's clock.
func (m *measuring) findReports(ctx context.Context) {
	for _, delay := range ingestionDelays {
		missing := m.missingReports()
		if len(missing) == 0 || m.Remaining() < delay+timing.Reserve/4 || cloud.Sleep(ctx, delay) != nil {
			return
		}
		for _, v := range missing {
			if m.Remaining() < timing.Reserve/4 {
				return
			}
			from := time.Now()
			for t := range v.unreported() {
				if t.at.Before(from) {
					from = t.at
				}
			}
			messages, err := m.Logs.Reports(ctx, cloud.ReportQuery{
				Function: v.target.Function, Version: v.Version, LogGroup: v.target.LogGroup, LogFormat: v.target.LogFormat,
				From: from.Add(-timing.ClockSkew), To: time.Now().Add(timing.ClockSkew),
			})
			if err != nil {
				continue // the client's clock is left
			}
			v.use(messages)
			// All reports have arrived: those that name none of our requests never will.
			v.reported = len(messages) >= v.calls
		}
	}
}

// missingReports are the versions with samples whose report may still be found.
func (m *measuring) missingReports() []*progress {
	var missing []*progress
	for _, v := range m.versions {
		if v.target.SystemLogsFiltered || v.reported {
			continue
		}
		for range v.unreported() {
			missing = append(missing, v)
			break
		}
	}
	return missing
}

// use gives the version's samples the reports that were found.
func (v *progress) use(messages []string) {
	reports, inits := map[string]report.Report{}, map[string]report.InitBefore{}
	for _, message := range messages {
		if r, ok := report.Parse(message, ""); ok {
			reports[r.RequestID], inits[r.RequestID] = r, report.Initialised(message, r.RequestID)
		}
	}
	for t := range v.unreported() {
		if r, ok := reports[t.requestID]; ok {
			t.init, t.doubtful = max(t.init, inits[t.requestID]), false
			from := tuning.CloudWatchLogs
			if t.Source == tuning.LogTail {
				from = t.Source
			}
			t.use(r, from)
		}
	}
}

// unreported are the version's invocations whose report, or what stands before it, may still be found, failed ones
// included.
func (v *progress) unreported() iter.Seq[*taken] {
	return func(yield func(*taken) bool) {
		for _, list := range [][]taken{v.taken, v.failed} {
			for i := range list {
				if t := &list[i]; (t.Source == tuning.ClientClock || t.doubtful) && t.requestID != "" && !yield(t) {
					return
				}
			}
		}
	}
}
