package measure

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/tally"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

// logged answers each query with the reports that have arrived by then.
type logged struct {
	arrived [][]report.Logged
	queries int
}

func (l *logged) Reports(context.Context, cloud.ReportQuery) ([]report.Logged, error) {
	messages := l.arrived[min(l.queries, len(l.arrived)-1)]
	l.queries++
	return messages, nil
}

func reportOf(id string) report.Logged {
	return report.Logged{Stream: "stream of " + id, Text: fmt.Sprintf("REPORT RequestId: %s\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 20 MB", id)}
}

func TestReportsAreAskedForUntilAllHaveArrived(t *testing.T) {
	for name, test := range map[string]struct {
		arrived [][]report.Logged
		lost    int // answers lost, whose reports are logged as well
		queries int
		sources []tuning.Source
	}{
		"at once":            {[][]report.Logged{{reportOf("a"), reportOf("b")}}, 0, 1, []tuning.Source{tuning.CloudWatchLogs, tuning.CloudWatchLogs}},
		"one late":           {[][]report.Logged{{reportOf("a")}, {reportOf("a")}, {reportOf("a"), reportOf("b")}}, 0, 3, []tuning.Source{tuning.CloudWatchLogs, tuning.CloudWatchLogs}},
		"late behind a lost": {[][]report.Logged{{reportOf("a"), reportOf("x")}, {reportOf("a"), reportOf("x"), reportOf("b")}}, 1, 2, []tuning.Source{tuning.CloudWatchLogs, tuning.CloudWatchLogs}},
		"one never":          {[][]report.Logged{{reportOf("a")}}, 0, len(ingestionDelays), []tuning.Source{tuning.CloudWatchLogs, tuning.ClientClock}},
		"under other names":  {[][]report.Logged{{reportOf("y"), reportOf("z")}}, 0, 1, []tuning.Source{tuning.ClientClock, tuning.ClientClock}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				logs := &logged{arrived: test.arrived}
				m := measured(t.Context(), logs, 1, test.lost, "a", "b")
				m.findReports(t.Context())
				require.Equal(t, test.queries, logs.queries)
				samples := m.tally.Samples(m.versions)
				sources := []tuning.Source{samples[0].Source, samples[1].Source}
				require.Equal(t, test.sources, sources)
			})
		})
	}
}

// measured returns a Measure call whose lanes have ended: each version has answered with the given request ids, without
// reports, and lost some answers.
func measured(ctx context.Context, logs cloud.Logs, versions, lost int, requests ...string) *measuring {
	m := &measuring{Session: cloud.Begin(ctx, cloud.Clients{Logs: logs}, run.Event{})}
	var parts []tally.Part
	for range versions {
		v := &tally.Version{Lanes: 1}
		m.versions = append(m.versions, v)
		parts = append(parts, tally.Part{Version: v, Pending: make([]int, len(requests))})
	}
	m.tally = tally.New(&run.State{}, parts, true, tally.Allow(nil, nil, 0))
	for _, v := range m.versions {
		for _, id := range requests {
			number, _, _ := m.tally.Take(v, time.Hour)
			m.tally.Keep(v, number, tally.Taken{RequestID: id, At: time.Now(), Elapsed: time.Minute, Sample: tuning.Sample{Source: tuning.ClientClock}}, 0)
		}
		for range lost {
			m.tally.Lose(v)
		}
	}
	return m
}

// slow takes two seconds to answer a query.
type slow struct{ logged }

func (l *slow) Reports(ctx context.Context, where cloud.ReportQuery) ([]report.Logged, error) {
	time.Sleep(2 * time.Second)
	return l.logged.Reports(ctx, where)
}

// Many versions behind slow queries do not outlast the step: what is left keeps the client's clock.
func TestReportsAreAskedForWithinTheStepsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), timing.Reserve)
		defer cancel()
		m := measured(ctx, &slow{logged{arrived: [][]report.Logged{{}}}}, 92, 0, "a")
		m.findReports(ctx)
		require.GreaterOrEqual(t, m.Remaining(), timing.Reserve/4-2*time.Second)
	})
}

// denied may read the log group of one function only.
type denied struct {
	logged
	asked map[string]int
}

func (d *denied) Reports(ctx context.Context, where cloud.ReportQuery) ([]report.Logged, error) {
	d.asked[where.Function]++
	if where.Function == "closed" {
		return nil, fmt.Errorf("its log group: %w", cloud.ErrDenied)
	}
	return d.logged.Reports(ctx, where)
}

// A function whose log group may not be read is asked for once, and keeps nobody waiting.
func TestReportsAreNotAskedForAgainWhereTheyAreDenied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		logs := &denied{logged: logged{arrived: [][]report.Logged{{}, {}, {reportOf("a")}}}, asked: map[string]int{}}
		m := measured(t.Context(), logs, 2, 0, "a")
		m.versions[0].Target.Function, m.versions[1].Target.Function = "closed", "open"
		begun := time.Now()
		m.findReports(t.Context())
		require.Equal(t, map[string]int{"closed": 1, "open": 3}, logs.asked)
		require.Equal(t, 3*time.Second, time.Since(begun))
	})
}
