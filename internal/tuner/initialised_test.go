package tuner

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// Logs as public issues and posts quote them, with ids of our own.
func TestInitialised(t *testing.T) {
	const (
		timedOut  = "INIT_REPORT Init Duration: 9999.79 ms\tPhase: init\tStatus: timeout\n"
		again     = "INIT_REPORT Init Duration: 45045.69 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.Unknown\n"
		runtime   = "INIT_START Runtime Version: provided:al2023.v12\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:136e\n"
		start     = "START RequestId: me Version: 7\n"
		report    = "END RequestId: me\nREPORT RequestId: me\tDuration: 18010.00 ms\tBilled Duration: 18010 ms\tMemory Size: 128 MB\tMax Memory Used: 65 MB\t\n"
		before    = "START RequestId: other Version: 7\nEND RequestId: other\nREPORT RequestId: other\tDuration: 1.00 ms\tBilled Duration: 1 ms\t\n"
		jsonStart = `{"time":"2026-11-28T12:00:20.000Z","type":"platform.start","record":{"requestId":"me","version":"7"}}` + "\n"
		jsonEnd   = `{"time":"2026-11-28T12:00:38.010Z","type":"platform.report","record":{"requestId":"me","metrics":{"durationMs":18010,"billedDurationMs":18010},"status":"success"}}` + "\n"
		jsonOther = `{"type":"platform.start","record":{"requestId":"other"}}` + "\n" + `{"type":"platform.report","record":{"requestId":"other","metrics":{"durationMs":1}}}` + "\n"
	)
	init := func(kind, phase, status string) string {
		return `{"time":"2026-11-28T12:00:10.000Z","type":"platform.` + kind + `","record":{"initializationType":"on-demand","phase":"` + phase + `","status":"` + status + `","metrics":{"durationMs":9999.79}}}` + "\n"
	}
	for name, test := range map[string]struct {
		log  string
		want initBefore
	}{
		"nothing":                              {"", inReport},
		"a warm invocation":                    {start + report, inReport},
		"INIT timed out":                       {timedOut + "loading models\n" + start + report, afterTimeout},
		"and again":                            {timedOut + again + start + report, afterTimeout},
		"after a crash":                        {again + start + report, afterCrash},
		"after a crash, a success":             {before + runtime + start + report, afterCrash},
		"an earlier request's":                 {timedOut + before + start + report, inReport},
		"between two requests":                 {before + timedOut + start + report, afterTimeout},
		"of the sandbox that comes after":      {start + report + runtime + timedOut, inReport},
		"printed by the handler":               {start + timedOut + report, inReport},
		"printed by the handler, with a START": {start + timedOut + start + report, inReport},
		"not at a line's beginning":            {"x " + timedOut + start + report, inReport},
		"START cut off":                        {"models\n" + report, inReport},
		"START cut off, the report of the one before as well": {"Memory Used: 65 MB\n" + timedOut + start + report, afterTimeout},
		"without a report":                          {timedOut + start + "END RequestId: me\n", afterTimeout},
		"JSON":                                      {init("initReport", "init", "timeout") + jsonStart + jsonEnd, afterTimeout},
		"JSON, initRuntimeDone alone":               {init("initRuntimeDone", "init", "timeout") + jsonStart + jsonEnd, afterTimeout},
		"JSON after a crash":                        {jsonOther + init("initStart", "invoke", "") + jsonStart + jsonEnd, afterCrash},
		"JSON after a crash, with its report":       {jsonOther + init("initReport", "invoke", "error") + jsonStart + jsonEnd, afterCrash},
		"JSON of an earlier request":                {init("initReport", "init", "timeout") + jsonOther + jsonStart + jsonEnd, inReport},
		"JSON printed by the handler":               {jsonStart + init("initReport", "init", "timeout") + jsonEnd, inReport},
		"JSON above INFO: neither START nor report": {init("initReport", "init", "timeout") + "loaded\n", afterTimeout},
		"JSON whose first line is cut":              {`ionType":"on-demand"}}` + "\n" + init("initReport", "init", "timeout") + jsonStart + jsonEnd, afterTimeout},
		"with carriage returns":                     {strings.ReplaceAll(timedOut+start+report, "\n", "\r\n"), afterTimeout},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, initialised(test.log, "me")) })
	}
}

// The caller's clock knows of an initialisation that no report tells of: an answer that took 10 s longer than its
// report says has waited for one that timed out.
func TestTheClockTellsOfAnInitThatTimedOut(t *testing.T) {
	for name, test := range map[string]struct {
		report  Report
		elapsed time.Duration
		cold    bool
	}{
		"warm":                          {Report{Duration: 18_010}, 18_100 * time.Millisecond, false},
		"a slow network":                {Report{Duration: 18_010}, 27_000 * time.Millisecond, false},
		"INIT timed out":                {Report{Duration: 18_010}, 28_020 * time.Millisecond, true},
		"INIT timed out a little early": {Report{Duration: 18_010}, 27_980 * time.Millisecond, true},
		"a long INIT":                   {Report{Duration: 10, InitDuration: 9900}, 9930 * time.Millisecond, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := taken{elapsed: test.elapsed}
			s.use(test.report, tuning.LogTail)
			require.Equal(t, test.cold, s.Cold)
			require.Equal(t, test.cold && test.report.InitDuration == 0, s.init == afterTimeout)
		})
	}
}

func TestCrashes(t *testing.T) {
	for body, test := range map[string]struct {
		report Report
		want   bool
	}{
		`{"errorType":"TypeError","errorMessage":"x is null"}`:                                {Report{}, false},
		`{"errorType":"Runtime.ExitError","errorMessage":"Runtime exited"}`:                   {Report{}, true},
		`{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out after 3.00 seconds"}`: {Report{}, true},
		`{"errorType":"Runtime.UnhandledPromiseRejection","errorMessage":"no"}`:               {Report{}, true},
		`{"errorType":"java.lang.OutOfMemoryError"}`:                                          {Report{}, false},
		`{"errorMessage":"signal: killed"}`:                                                   {Report{}, true},
		`{}`:                                                                                  {Report{Status: "error", ErrorType: "Runtime.ExitError"}, true},
		`[]`:                                                                                  {Report{Status: "timeout"}, true},
	} {
		require.Equal(t, test.want, functionError([]byte(body), test.report, 128).crashed, body)
	}
}
