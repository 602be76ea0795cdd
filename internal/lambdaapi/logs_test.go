package lambdaapi

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/report"
)

func TestReportsAsksForTheVersionsStreams(t *testing.T) {
	query := cloud.ReportQuery{
		Function: function, Version: "12", LogFormat: "Text",
		From: time.Date(2026, 11, 22, 23, 59, 0, 0, time.UTC), To: time.Date(2026, 11, 23, 0, 1, 0, 0, time.UTC),
	}
	tests := map[string]struct {
		group  string
		events string
		want   []string // prefixes
	}{
		// A stream's name has the day on which its sandbox started, which may be the day before.
		"own group":   {"/aws/lambda/prime", `[]`, []string{"2026/11/21/[12]", "2026/11/22/[12]", "2026/11/23/[12]"}},
		"given group": {"all", `[{"message":"REPORT RequestId: 1"}]`, []string{"2026/11/21/prime[12]", "2026/11/22/prime[12]", "2026/11/23/prime[12]"}},
		"given group, empty": {"all", `[]`, []string{
			"2026/11/21/prime[12]", "2026/11/22/prime[12]", "2026/11/23/prime[12]", "2026/11/21/[12]", "2026/11/22/[12]", "2026/11/23/[12]",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := &remote{answer: status(200, "", `{"events":`+test.events+`}`)}
			q := query
			q.LogGroup = test.group
			_, err := r.client().Reports(t.Context(), q)
			require.NoError(t, err)
			require.Len(t, r.bodies, len(test.want))
			for i, prefix := range test.want {
				require.Contains(t, r.bodies[i], `"logStreamNamePrefix":"`+prefix+`"`)
				require.Contains(t, r.bodies[i], `"logGroupName":"`+test.group+`"`)
			}
		})
	}
}

// The platform's lines on a sandbox's initialisation name no request; they belong to the next report of their stream.
func TestReportsComeWithWhatTheirStreamSaysBefore(t *testing.T) {
	event := func(stream, message string) string {
		return fmt.Sprintf(`{"logStreamName":%q,"message":%q}`, stream, message)
	}
	logged := func(id string) string {
		return "REPORT RequestId: " + id + "\tDuration: 1.00 ms\tBilled Duration: 1 ms\n"
	}
	initReport := "INIT_REPORT Init Duration: 9999.79 ms\tPhase: init\tStatus: timeout\n"
	for format, test := range map[string]struct {
		pattern string
		events  []string
		want    []report.Logged
	}{
		"Text": {`"?\"REPORT RequestId\" ?\"START RequestId\" ?\"INIT_START Runtime\" ?\"INIT_REPORT Init\""`, []string{
			event("a", "START RequestId: 1 Version: 7\n"), event("b", initReport), event("a", logged("1")),
			event("b", "START RequestId: 2 Version: 7"), event("c", "START RequestId: 9 Version: 7\n"), event("a", "START RequestId: 3 Version: 7\n"), event("b", logged("2")), event("a", logged("3")),
		}, []report.Logged{
			{Stream: "a", Text: "START RequestId: 1 Version: 7\n" + logged("1")}, {Stream: "b", Text: initReport + "START RequestId: 2 Version: 7\n" + logged("2")},
			{Stream: "a", Text: "START RequestId: 3 Version: 7\n" + logged("3")},
		}},
		"JSON": {`"?\"platform.report\" ?\"platform.start\" ?\"platform.initStart\" ?\"platform.initRuntimeDone\" ?\"platform.initReport\""`, []string{
			event("a", `{"type":"platform.initReport","record":{"phase":"init","status":"timeout"}}`), event("a", `{"type":"platform.report","record":{"requestId":"1","metrics":{"durationMs":1}}}`),
		}, []report.Logged{{Stream: "a", Text: `{"type":"platform.initReport","record":{"phase":"init","status":"timeout"}}` + "\n" + `{"type":"platform.report","record":{"requestId":"1","metrics":{"durationMs":1}}}` + "\n"}}},
	} {
		t.Run(format, func(t *testing.T) {
			r := &remote{answer: status(200, "", `{"events":[`+strings.Join(test.events, ",")+`]}`)}
			now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
			messages, err := r.client().Reports(t.Context(), cloud.ReportQuery{
				Function: function, Version: "7", LogGroup: "/aws/lambda/prime", LogFormat: format, From: now, To: now.Add(time.Minute),
			})
			require.NoError(t, err)
			require.Contains(t, r.bodies[0], `"filterPattern":`+test.pattern)
			require.Equal(t, test.want, messages[:len(test.want)], "each of the two days is asked for")
		})
	}
}

// Which sandbox an invocation ran in only takes its report, and that's the least to read.
func TestReportsAlone(t *testing.T) {
	for format, pattern := range map[string]string{"Text": `"\"REPORT RequestId\""`, "JSON": `"\"platform.report\""`} {
		r := &remote{answer: status(200, "", `{"events":[]}`)}
		_, err := r.client().Reports(t.Context(), cloud.ReportQuery{
			Function: function, Version: "7", LogGroup: "/aws/lambda/prime", LogFormat: format, Alone: true,
		})
		require.NoError(t, err)
		require.Contains(t, r.bodies[0], `"filterPattern":`+pattern)
	}
}
