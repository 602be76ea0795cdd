package tally

import (
	"time"

	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/tuning"
)

// ReportsSince returns when the first of the version's invocations began whose report is missing and may still be found,
// or whose sandbox only CloudWatch Logs knows; ok is false if there is none. alone reports that nothing but the reports is
// needed.
func (t *Tally) ReportsSince(v *Version) (first time.Time, alone, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	if v.Target.SystemLogsFiltered || p.reported {
		return time.Time{}, false, false
	}
	seek := func(s *Taken) {
		if !ok || s.At.Before(first) {
			first, ok = s.At, true
		}
	}
	alone = true
	for s := range p.unreported() {
		seek(s)
		alone = false
	}
	for _, s := range p.unplaced() {
		seek(s)
	}
	return first, alone, ok
}

// UseReports gives the version's samples the reports that were found in CloudWatch Logs.
func (t *Tally) UseReports(v *Version, found []report.Logged) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	reports, inits := map[string]report.Report{}, map[string]report.InitBefore{}
	streams := map[string]string{} // "" of a request with reports in several: the platform logs one
	for _, f := range found {
		r, ok := report.Parse(f.Text, "")
		if !ok {
			continue
		}
		if _, known := reports[r.RequestID]; !known { // what comes later may be another invocation's print
			reports[r.RequestID], inits[r.RequestID] = r, report.Initialised(f.Text, r.RequestID)
		}
		if stream, known := streams[r.RequestID]; !known {
			streams[r.RequestID] = f.Stream
		} else if stream != f.Stream {
			streams[r.RequestID] = ""
		}
	}
	for _, s := range p.unplaced() {
		s.Stream = streams[s.RequestID]
	}
	for s := range p.unreported() {
		r, ok := reports[s.RequestID]
		if ok && !r.Within(s.Elapsed) {
			t.warnings = append(t.warnings, v.disbelieved())
			ok = false
		}
		if ok {
			s.Init, s.Doubtful = max(s.Init, inits[s.RequestID]), false
			from := tuning.CloudWatchLogs
			if s.Source == tuning.LogTail {
				from = s.Source
			}
			s.Use(r, from)
		}
	}
	// All reports have arrived: those that name none of our requests never will.
	p.reported = len(found) >= p.calls
}
