package lambdasim

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// maxTail is how much of the log an invocation returns, in bytes.
const maxTail = 4096

// line is one line that an invocation logs.
type line struct {
	at     time.Time
	text   string // without the final newline
	beside bool   // only in CloudWatch Logs, not in the tail
}

// lines returns what an invocation logs, in order; the last one is the report, if the log level lets it
// through.
func (r *run) lines(wholeNumbers bool) []line {
	begin, end := r.begin(), r.start.Add(r.wait())
	lines := r.initLines()
	add := func(at time.Time, text string) { lines = append(lines, line{at: at, text: text}) }
	logging := r.configuration.LoggingConfig
	asJSON := logging.LogFormat == "JSON"
	quiet := asJSON && logging.SystemLogLevel == "WARN" && r.status == "success"
	switch {
	case quiet:
	case asJSON:
		add(begin, r.record(begin, "platform.start", map[string]any{"requestId": r.RequestID, "version": r.Version}))
	default:
		add(begin, fmt.Sprintf("START RequestId: %s Version: %s", r.RequestID, r.Version))
	}
	if r.output != "" {
		add(begin, strings.ReplaceAll(r.output, "${requestId}", r.RequestID))
	}
	if !asJSON {
		switch r.status {
		case "timeout":
			add(end, fmt.Sprintf("%s %s Task timed out after %d.00 seconds\n", end.UTC().Format("2006-01-02T15:04:05.000Z"), r.RequestID, r.configuration.Timeout))
		case "error":
			add(end, fmt.Sprintf("RequestId: %s Error: Runtime exited with error: signal: killed\nRuntime.ExitError", r.RequestID))
		}
		add(end, "END RequestId: "+r.RequestID)
	}
	switch {
	case quiet:
	case asJSON:
		add(end, r.jsonReport(end))
	default:
		add(end, r.textReport(wholeNumbers))
	}
	return lines
}

// initLines returns what the log says of the sandbox's initialisation: where that does not fit into INIT, and
// where the platform does it again after a crash, no other line does.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
func (r *run) initLines() []line {
	var lines []line
	logging := r.configuration.LoggingConfig
	asJSON, at := logging.LogFormat == "JSON", r.start
	add := func(beside bool, text string) { lines = append(lines, line{at, text, beside}) }
	report := func(phase string, ms float64) {
		if asJSON {
			add(false, r.record(at, "platform.initReport", map[string]any{
				"initializationType": "on-demand", "phase": phase, "status": "timeout", "metrics": map[string]any{"durationMs": ms},
			}))
			return
		}
		add(false, fmt.Sprintf("INIT_REPORT Init Duration: %.2f ms\tPhase: %s\tStatus: timeout", ms, phase))
	}
	if r.initMs+r.abandonedMs+r.suppressedMs > 0 && (!asJSON || logging.SystemLogLevel != "WARN") {
		if asJSON {
			add(true, r.record(at, "platform.initStart", map[string]any{"initializationType": "on-demand", "phase": "init", "runtimeVersion": r.configuration.Runtime}))
		} else {
			add(true, "INIT_START Runtime Version: "+r.configuration.Runtime+"\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:0")
		}
	}
	if r.abandonedMs > 0 {
		at = at.Add(milliseconds(r.abandonedMs))
		report("init", r.abandonedMs-0.21)
	}
	if r.suppressedMs >= r.durationMs && r.status == "timeout" {
		at = r.begin()
		report("invoke", r.durationMs)
	}
	return lines
}

// textReport returns the REPORT line.
func (r *run) textReport(wholeNumbers bool) string {
	ms := func(v float64) string {
		if wholeNumbers {
			return strconv.Itoa(int(math.Round(v)))
		}
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "REPORT RequestId: %s\tDuration: %s ms\tBilled Duration: %d ms\tMemory Size: %d MB\tMax Memory Used: %d MB\t",
		r.RequestID, ms(r.durationMs), r.billedMs(), r.MemorySize, r.usedMB)
	if r.initMs > 0 {
		fmt.Fprintf(&b, "Init Duration: %s ms\t", ms(r.initMs))
	}
	if r.restoreMs > 0 {
		fmt.Fprintf(&b, "Restore Duration: %s ms\tBilled Restore Duration: %d ms\t", ms(r.restoreMs), r.billedRestoreMs())
	}
	switch r.status {
	case "timeout":
		b.WriteString("Status: timeout\t")
	case "error":
		fmt.Fprintf(&b, "Status: error\tError Type: %s\t", r.errorType)
	}
	return b.String()
}

// billedRestoreMs returns the part of a restore that runs the function's own hooks: a quarter here.
func (r *run) billedRestoreMs() int { return int(math.Ceil(r.restoreMs / 4)) }

// jsonReport returns the platform.report record.
func (r *run) jsonReport(at time.Time) string {
	metrics := map[string]any{
		"durationMs": r.durationMs, "billedDurationMs": r.billedMs(), "memorySizeMB": r.MemorySize, "maxMemoryUsedMB": r.usedMB,
	}
	if r.initMs > 0 {
		metrics["initDurationMs"] = r.initMs
	}
	if r.restoreMs > 0 {
		metrics["restoreDurationMs"], metrics["billedRestoreDurationMs"] = r.restoreMs, r.billedRestoreMs()
	}
	record := map[string]any{"requestId": r.RequestID, "metrics": metrics, "status": r.status}
	if r.errorType != "" {
		record["errorType"] = r.errorType
	}
	return r.record(at, "platform.report", record)
}

func (r *run) record(at time.Time, kind string, record map[string]any) string {
	text, err := json.Marshal(map[string]any{"time": at.UTC().Format("2006-01-02T15:04:05.000Z"), "type": kind, "record": record})
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return string(text)
}

// tail returns what an invocation returns of its log: the last 4 KB.
func (r *run) tail() string {
	if r.arrives == Missing {
		return ""
	}
	var b strings.Builder
	lines := r.logged
	if r.arrives == WholeNumbers {
		lines = r.lines(true)
	}
	for i, l := range lines {
		if l.beside {
			continue
		}
		report := i == len(lines)-1
		if report && r.arrives == WithoutReport {
			break
		}
		if report && r.arrives == CutReport {
			b.WriteString(l.text[:len(l.text)/3])
			break
		}
		b.WriteString(l.text)
		b.WriteByte('\n')
	}
	text := b.String()
	return text[max(0, len(text)-maxTail):]
}
