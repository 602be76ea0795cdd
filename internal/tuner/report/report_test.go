package report

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

const id = "5f1e2d3c-aaaa-bbbb-cccc-0123456789ab"

func TestParseReport(t *testing.T) {
	for name, test := range map[string]struct {
		log  string
		want Report
	}{
		"a cold start": {
			log: "START RequestId: " + id + " Version: 7\nEND RequestId: " + id + "\nREPORT RequestId: " + id +
				"\tDuration: 87.25 ms\tBilled Duration: 210 ms\tMemory Size: 128 MB\tMax Memory Used: 65 MB\tInit Duration: 122.48 ms\t\n" +
				"XRAY TraceId: 1-5e34a614-10bdxmplf1fb44f07bc535a1\tSegmentId: 07f5xmpl2d1f6f85\tSampled: true\t\n",
			want: Report{RequestID: id, Duration: 87.25, BilledDuration: 210, MaxMemoryUsed: 65, InitDuration: 122.48},
		},
		"a duration without decimals": {
			log:  "REPORT RequestId: " + id + "\tDuration: 100 ms\tBilled Duration: 100 ms\tMemory Size: 128 MB\tMax Memory Used: 65 MB\t\n",
			want: Report{RequestID: id, Duration: 100, BilledDuration: 100, MaxMemoryUsed: 65},
		},
		"a SnapStart restore": {
			log: "RESTORE_START Runtime Version: java:21.v9\nRESTORE_REPORT Restore Duration: 410.11 ms\nREPORT RequestId: " + id +
				"\tDuration: 12.00 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 120 MB\tRestore Duration: 410.11 ms\tBilled Restore Duration: 52 ms\t\n",
			want: Report{RequestID: id, Duration: 12, BilledDuration: 13, MaxMemoryUsed: 120, RestoreDuration: 410.11, BilledRestoreDuration: 52},
		},
		"out of memory": {
			log: "REPORT RequestId: " + id +
				"\tDuration: 12.00 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tStatus: error\tError Type: Runtime.OutOfMemory\n",
			want: Report{RequestID: id, Duration: 12, BilledDuration: 13, MaxMemoryUsed: 128, Status: "error", ErrorType: "Runtime.OutOfMemory"},
		},
		"a tail cut in the middle of a line": {
			log:  "uration: 3 ms\tBilled\n{\"a\":\nREPORT RequestId: " + id + "\tDuration: 2.50 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 33 MB\n",
			want: Report{RequestID: id, Duration: 2.5, BilledDuration: 3, MaxMemoryUsed: 33},
		},
		"text that begins with a brace": {
			log:  "{not JSON\nREPORT RequestId: " + id + "\tDuration: 2.50 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 33 MB\n",
			want: Report{RequestID: id, Duration: 2.5, BilledDuration: 3, MaxMemoryUsed: 33},
		},
		"another request's report after ours": {
			log: "REPORT RequestId: " + id + "\tDuration: 2.50 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 33 MB\n" +
				"REPORT RequestId: other\tDuration: 9.50 ms\tBilled Duration: 10 ms\tMemory Size: 128 MB\tMax Memory Used: 33 MB\n",
			want: Report{RequestID: id, Duration: 2.5, BilledDuration: 3, MaxMemoryUsed: 33},
		},
		"a report that the function printed itself": {
			log: "REPORT RequestId: " + id + "\tDuration: 1.00 ms\tBilled Duration: 1 ms\n" +
				"REPORT RequestId: " + id + "\tDuration: 2.50 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 33 MB\n",
			want: Report{RequestID: id, Duration: 2.5, BilledDuration: 3, MaxMemoryUsed: 33},
		},
		"a JSON line without init or restore": {
			log: `{"time":"2026-11-22T10:00:00.000Z","type":"platform.start","record":{"requestId":"` + id + `","version":"7"}}` + "\n" +
				`{"time":"2026-11-22T10:00:00.100Z","type":"platform.report","record":{"requestId":"` + id + `","metrics":{"durationMs":77.016,"billedDurationMs":78,"memorySizeMB":128,"maxMemoryUsedMB":70},"tracing":{"spanId":"x"},"status":"success"}}` + "\n",
			want: Report{RequestID: id, Duration: 77.016, BilledDuration: 78, MaxMemoryUsed: 70, Status: "success"},
		},
		"a JSON line in full, its type last": {
			log:  `{"record":{"errorType":"Runtime.OutOfMemory","requestId":"` + id + `","metrics":{"durationMs":77.016,"billedDurationMs":200,"maxMemoryUsedMB":70,"initDurationMs":122.5,"restoreDurationMs":3.25,"billedRestoreDurationMs":4},"status":"error"},"type":"platform.report"}`,
			want: Report{RequestID: id, Duration: 77.016, BilledDuration: 200, MaxMemoryUsed: 70, InitDuration: 122.5, RestoreDuration: 3.25, BilledRestoreDuration: 4, Status: "error", ErrorType: "Runtime.OutOfMemory"},
		},
		"a pretty-printed array": {
			log: "[\n  {\n    \"type\": \"platform.report\",\n    \"record\": {\n      \"requestId\": \"" + id + "\",\n      \"metrics\": {\n        \"durationMs\": 5\n      }\n    }\n  }\n]\n",
			want: Report{
				RequestID: id, Duration: 5,
			},
		},
		"a JSON tail whose first line is cut": {
			log: `Ms":1},"status":"success"}} platform.report` + "\n" +
				`{"type":"platform.report","record":{"requestId":"` + id + `","metrics":{"durationMs":5.5,"billedDurationMs":6}}}`,
			want: Report{RequestID: id, Duration: 5.5, BilledDuration: 6},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := Parse(test.log, id)
			require.True(t, ok)
			require.Empty(t, cmp.Diff(test.want, got))
		})
	}
}

func TestParseReportFindsNothing(t *testing.T) {
	for name, log := range map[string]string{
		"nothing":                       "",
		"no report":                     "START RequestId: " + id + "\n",
		"another request's":             "REPORT RequestId: other\tDuration: 1.00 ms\n",
		"no duration":                   "REPORT RequestId: " + id + "\tBilled Duration: 3 ms\n",
		"a negative duration":           "REPORT RequestId: " + id + "\tDuration: -3 ms\n",
		"not a number":                  "REPORT RequestId: " + id + "\tDuration: NaN ms\n",
		"a JSON report cut at its head": `"type":"platform.report","record":{"requestId":"` + id + `","metrics":{"durationMs":5.5}}}`,
		"JSON without a duration":       `{"type":"platform.report","record":{"requestId":"` + id + `","metrics":{}}}`,
		"negative in JSON":              `{"type":"platform.report","record":{"requestId":"` + id + `","metrics":{"durationMs":-1}}}`,
		"platform.report as prose":      "the platform.report of " + id,
	} {
		t.Run(name, func(t *testing.T) {
			_, ok := Parse(log, id)
			require.False(t, ok)
		})
	}
}

func TestParseReportTakesTheLastWithoutARequestID(t *testing.T) {
	got, ok := Parse("REPORT RequestId: a\tDuration: 1.00 ms\nREPORT RequestId: b\tDuration: 2.00 ms\n", "")
	require.True(t, ok)
	require.Equal(t, Report{RequestID: "b", Duration: 2}, got)
}

// A log is searched in bounded time, whatever the function has printed.
func TestParseReportIsBounded(t *testing.T) {
	const platforms = "REPORT RequestId: " + id + "\tDuration: 2.50 ms\tBilled Duration: 3 ms\n"
	for name, printed := range map[string]string{
		"one line of beginnings": strings.Repeat("REPORT RequestId:", 1<<20),
		"fields":                 strings.Repeat("REPORT RequestId:\t", 1<<20),
		"records":                strings.Repeat(`{"type":"platform.report",`, 1<<20),
		"nested records":         strings.Repeat("{", 1<<20) + strings.Repeat("platform.report", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			got, ok := Parse(printed+"\n"+platforms, id)
			require.True(t, ok)
			require.InDelta(t, 2.5, got.Duration, 0)
			_, ok = Parse(printed, id)
			require.False(t, ok)
			require.Less(t, time.Since(start), 10*time.Second)
		})
	}
}

func TestWithin(t *testing.T) {
	for name, test := range map[string]struct {
		report Report
		waited time.Duration
		want   bool
	}{
		"as long as its caller waited":        {Report{Duration: 100, BilledDuration: 100}, 100 * time.Millisecond, true},
		"rounded up":                          {Report{Duration: 99.3, BilledDuration: 101}, 99 * time.Millisecond, true},
		"longer":                              {Report{Duration: 110, BilledDuration: 110}, 100 * time.Millisecond, false},
		"billed for longer":                   {Report{Duration: 90, BilledDuration: 110}, 100 * time.Millisecond, false},
		"initialised in advance":              {Report{Duration: 90, BilledDuration: 290, InitDuration: 200}, 100 * time.Millisecond, true},
		"restored":                            {Report{Duration: 90, BilledDuration: 610, RestoreDuration: 300, BilledRestoreDuration: 303}, 100 * time.Millisecond, true},
		"a quarter of an hour, by two clocks": {Report{Duration: 900_200, BilledDuration: 900_200}, 15 * time.Minute, true},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, test.report.Within(test.waited)) })
	}
}

func FuzzParseReport(f *testing.F) {
	f.Add("REPORT RequestId: "+id+"\tDuration: 87.25 ms\tBilled Duration: 210 ms\tMemory Size: 128 MB\tMax Memory Used: 65 MB\tInit Duration: 122.48 ms\t\n", id)
	f.Add(`{"type":"platform.report","record":{"requestId":"`+id+`","metrics":{"durationMs":5.5}}}`, id)
	f.Add("{{{{platform.report{REPORT RequestId:", "")
	f.Fuzz(func(t *testing.T, log, requestID string) {
		r, ok := Parse(log, requestID)
		if !ok {
			require.Equal(t, Report{}, r)
			return
		}
		if requestID != "" {
			require.Equal(t, requestID, r.RequestID)
		}
		for _, number := range []float64{r.Duration, r.BilledDuration, r.InitDuration, r.RestoreDuration, r.BilledRestoreDuration, float64(r.MaxMemoryUsed)} {
			require.True(t, sane(number))
		}
	})
}
