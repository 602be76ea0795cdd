package tally

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/tuning"
)

// The caller's clock knows of an initialisation that no report tells of: an answer that took 10 s longer than its
// report says has waited for one that timed out.
func TestTheClockTellsOfAnInitThatTimedOut(t *testing.T) {
	for name, test := range map[string]struct {
		report  report.Report
		elapsed time.Duration
		cold    bool
	}{
		"warm":                          {report.Report{Duration: 18_010}, 18_100 * time.Millisecond, false},
		"a slow network":                {report.Report{Duration: 18_010}, 27_000 * time.Millisecond, false},
		"INIT timed out":                {report.Report{Duration: 18_010}, 28_020 * time.Millisecond, true},
		"INIT timed out a little early": {report.Report{Duration: 18_010}, 27_980 * time.Millisecond, true},
		"a long INIT":                   {report.Report{Duration: 10, InitDuration: 9900}, 9930 * time.Millisecond, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := Taken{Elapsed: test.elapsed}
			s.Use(test.report, tuning.LogTail)
			require.Equal(t, test.cold, s.Cold)
			require.Equal(t, test.cold && test.report.InitDuration == 0, s.Init == report.AfterTimeout)
		})
	}
}

func TestCrashes(t *testing.T) {
	for body, test := range map[string]struct {
		report report.Report
		want   bool
	}{
		`{"errorType":"TypeError","errorMessage":"x is null"}`:                                {report.Report{}, false},
		`{"errorType":"Runtime.ExitError","errorMessage":"Runtime exited"}`:                   {report.Report{}, true},
		`{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out after 3.00 seconds"}`: {report.Report{}, true},
		`{"errorType":"Runtime.UnhandledPromiseRejection","errorMessage":"no"}`:               {report.Report{}, true},
		`{"errorType":"java.lang.OutOfMemoryError"}`:                                          {report.Report{}, false},
		`{"errorMessage":"signal: killed"}`:                                                   {report.Report{}, true},
		`{}`:                                                                                  {report.Report{Status: "error", ErrorType: "Runtime.ExitError"}, true},
		`[]`:                                                                                  {report.Report{Status: "timeout"}, true},
	} {
		require.Equal(t, test.want, report.ParseError([]byte(body), test.report, 128).Crashed, body)
	}
}
