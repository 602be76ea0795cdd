package report

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// Report is what the platform says of one invocation, in a REPORT line or, with JSON logs, in a
// platform.report record. Durations are in ms; what the platform did not say is 0 or "".
type Report struct {
	RequestID             string
	Duration              float64
	BilledDuration        float64
	MaxMemoryUsed         int // MB
	InitDuration          float64
	RestoreDuration       float64
	BilledRestoreDuration float64
	Status                string // success, error, failure, timeout; a REPORT line has none for success
	ErrorType             string // such as Runtime.OutOfMemory
}

// Logged is a report that was found in CloudWatch Logs.
type Logged struct {
	// Text is the report, and the lines before it in which the platform says how the sandbox came to be.
	Text string
	// Stream is the log stream that it stands in: each sandbox has one of its own.
	Stream string
}

const (
	textReport = "REPORT RequestId:"
	jsonReport = "platform.report"
	// maxSearched is how much of a log is searched, from its end on, in bytes: a report is the last that the platform
	// writes of an invocation, and takes less than a kilobyte. maxCandidates is how many places are looked at that might
	// be one.
	maxSearched   = 16 << 10
	maxCandidates = 64
	// jsonNesting is how many opening braces before the record's type are tried as its beginning.
	jsonNesting = 8
)

// Parse finds the report of a request in log text: the tail that Invoke returns, which begins anywhere, or one message
// of CloudWatch Logs. It searches backwards, because the report is the last thing the platform writes and a function
// can print anything before it; the first that matches counts. requestID "" takes the last report.
func Parse(log, requestID string) (Report, bool) {
	log = log[max(0, len(log)-maxSearched):]
	end := len(log)
	for range maxCandidates {
		text, record := strings.LastIndex(log[:end], textReport), strings.LastIndex(log[:end], jsonReport)
		if text < 0 && record < 0 {
			break
		}
		var report Report
		var ok bool
		if text > record {
			report, ok = parseTextReport(log[text:])
		} else {
			report, ok = parseJSONReport(log, record)
		}
		if ok && (requestID == "" || report.RequestID == requestID) {
			return report, true
		}
		end = max(text, record)
	}
	return Report{}, false
}

// Within reports whether an invocation that its caller has waited for so long can have taken what the report says. What
// it took to initialise may lie before: Lambda sometimes does that in advance. A function can print what looks like a
// report; so one that says more than the caller's own clock is not believed.
func (r Report) Within(waited time.Duration) bool {
	most := float64(waited)/float64(time.Millisecond)*(1+clockDrift) + clockRounding
	return r.Duration <= most && r.BilledDuration <= most+r.InitDuration+r.RestoreDuration+r.BilledRestoreDuration
}

const (
	clockDrift    = 0.001 // between two machines' clocks, at most
	clockRounding = 2     // ms: durations are rounded up, one by one
)

// parseTextReport reads a line such as
//
//	REPORT RequestId: 5f…	Duration: 87.25 ms	Billed Duration: 210 ms	Memory Size: 128 MB	Max Memory Used: 65 MB	Init Duration: 122.48 ms
func parseTextReport(text string) (Report, bool) {
	line, _, _ := strings.Cut(text, "\n")
	r := Report{}
	hasDuration := false
	for field := range strings.SplitSeq(strings.TrimPrefix(line, "REPORT "), "\t") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), ":")
		value = strings.TrimSpace(value)
		number, isNumber := measured(value)
		switch name {
		case "RequestId":
			r.RequestID = value
		case "Status":
			r.Status = value
		case "Error Type":
			r.ErrorType = value
		case "Duration":
			r.Duration, hasDuration = number, isNumber
		case "Billed Duration":
			r.BilledDuration = number
		case "Max Memory Used":
			r.MaxMemoryUsed = int(number)
		case "Init Duration":
			r.InitDuration = number
		case "Restore Duration":
			r.RestoreDuration = number
		case "Billed Restore Duration":
			r.BilledRestoreDuration = number
		}
	}
	return r, hasDuration
}

// measured reads a number before its unit.
func measured(value string) (float64, bool) {
	digits, _, _ := strings.Cut(value, " ")
	number, err := strconv.ParseFloat(digits, 64)
	if err != nil || !sane(number) {
		return 0, false
	}
	return number, true
}

// sane excludes what no platform reports and arithmetic could not stand.
func sane(number float64) bool { return !math.IsNaN(number) && number >= 0 && number < 1e12 }

// record is an entry of a JSON log that the platform writes.
type record struct {
	Type   string `json:"type"`
	Record struct {
		RequestID string `json:"requestId"`
		Status    string `json:"status"`
		ErrorType string `json:"errorType"`
		Phase     string `json:"phase"` // of initialisation
		Metrics   struct {
			Duration              *float64 `json:"durationMs"`
			BilledDuration        float64  `json:"billedDurationMs"`
			MaxMemoryUsed         float64  `json:"maxMemoryUsedMB"`
			InitDuration          float64  `json:"initDurationMs"`
			RestoreDuration       float64  `json:"restoreDurationMs"`
			BilledRestoreDuration float64  `json:"billedRestoreDurationMs"`
		} `json:"metrics"`
	} `json:"record"`
}

// parseRecord reads the record that text begins with, if it does.
func parseRecord(text string) (r record, ok bool) {
	if !strings.HasPrefix(text, "{") {
		return record{}, false
	}
	return r, json.NewDecoder(strings.NewReader(text)).Decode(&r) == nil
}

// parseJSONReport reads the record whose type stands at the given place. Lines, pretty-printed records
// and arrays of them all occur.
func parseJSONReport(log string, place int) (Report, bool) {
	start := place
	for range jsonNesting {
		start = strings.LastIndexByte(log[:start], '{')
		if start < 0 {
			return Report{}, false
		}
		entry, ok := parseRecord(log[start:])
		if !ok || entry.Type != jsonReport {
			continue
		}
		m := entry.Record.Metrics
		if m.Duration == nil {
			return Report{}, false
		}
		for _, number := range []float64{*m.Duration, m.BilledDuration, m.MaxMemoryUsed, m.InitDuration, m.RestoreDuration, m.BilledRestoreDuration} {
			if !sane(number) {
				return Report{}, false
			}
		}
		return Report{
			RequestID: entry.Record.RequestID, Status: entry.Record.Status, ErrorType: entry.Record.ErrorType,
			Duration: *m.Duration, BilledDuration: m.BilledDuration, MaxMemoryUsed: int(m.MaxMemoryUsed),
			InitDuration: m.InitDuration, RestoreDuration: m.RestoreDuration, BilledRestoreDuration: m.BilledRestoreDuration,
		}, true
	}
	return Report{}, false
}
