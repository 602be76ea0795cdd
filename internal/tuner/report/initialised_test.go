package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
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
		want InitBefore
	}{
		"nothing":                              {"", InReport},
		"a warm invocation":                    {start + report, InReport},
		"INIT timed out":                       {timedOut + "loading models\n" + start + report, AfterTimeout},
		"and again":                            {timedOut + again + start + report, AfterTimeout},
		"after a crash":                        {again + start + report, AfterCrash},
		"after a crash, a success":             {before + runtime + start + report, AfterCrash},
		"an earlier request's":                 {timedOut + before + start + report, InReport},
		"between two requests":                 {before + timedOut + start + report, AfterTimeout},
		"of the sandbox that comes after":      {start + report + runtime + timedOut, InReport},
		"printed by the handler":               {start + timedOut + report, InReport},
		"printed by the handler, with a START": {start + timedOut + start + report, InReport},
		"not at a line's beginning":            {"x " + timedOut + start + report, InReport},
		"START cut off":                        {"models\n" + report, InReport},
		"START cut off, the report of the one before as well": {"Memory Used: 65 MB\n" + timedOut + start + report, AfterTimeout},
		"without a report":                          {timedOut + start + "END RequestId: me\n", AfterTimeout},
		"JSON":                                      {init("initReport", "init", "timeout") + jsonStart + jsonEnd, AfterTimeout},
		"JSON, initRuntimeDone alone":               {init("initRuntimeDone", "init", "timeout") + jsonStart + jsonEnd, AfterTimeout},
		"JSON after a crash":                        {jsonOther + init("initStart", "invoke", "") + jsonStart + jsonEnd, AfterCrash},
		"JSON after a crash, with its report":       {jsonOther + init("initReport", "invoke", "error") + jsonStart + jsonEnd, AfterCrash},
		"JSON of an earlier request":                {init("initReport", "init", "timeout") + jsonOther + jsonStart + jsonEnd, InReport},
		"JSON printed by the handler":               {jsonStart + init("initReport", "init", "timeout") + jsonEnd, InReport},
		"JSON above INFO: neither START nor report": {init("initReport", "init", "timeout") + "loaded\n", AfterTimeout},
		"JSON whose first line is cut":              {`ionType":"on-demand"}}` + "\n" + init("initReport", "init", "timeout") + jsonStart + jsonEnd, AfterTimeout},
		"with carriage returns":                     {strings.ReplaceAll(timedOut+start+report, "\n", "\r\n"), AfterTimeout},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, Initialised(test.log, "me")) })
	}
}
