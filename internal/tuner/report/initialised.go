package report

import "strings"

// What a log says of a sandbox's initialisation beside its REPORT lines: INIT that took longer than Lambda gives it
// and is done again within the invocation, and that of a sandbox whose process had crashed, are in no REPORT line
// but as part of its Duration. INIT_REPORT is written where INIT failed or timed out.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
const (
	textInitStart  = "INIT_START Runtime Version: "
	textInitReport = "INIT_REPORT Init Duration: "
	textInitPhase  = "\tPhase: init\t"
	jsonInitStart  = "platform.initStart"
	jsonInitDone   = "platform.initRuntimeDone"
	jsonInitReport = "platform.initReport"
	jsonInitPhase  = "init"
	textStart      = "START RequestId: "
	jsonStart      = "platform.start"
)

// InitLimit is how long an initialisation may take before an invocation, in ms; no longer one is billed there, and
// no longer restore.
const InitLimit = 10_000

// InitTolerance is how much earlier INIT_REPORT has told of its end, in ms.
const InitTolerance = 100

// InitBefore says why a cold start may have no Init Duration.
type InitBefore int

// Why a cold start may have no Init Duration.
const (
	InReport     InitBefore = iota // it has one, or the invocation was no cold start
	AfterCrash                     // the sandbox had crashed, and was initialised within the invocation
	AfterTimeout                   // INIT timed out or failed, and was done again within the invocation
)

// Initialised reports whether log text, a tail or the platform's messages of one sandbox, tells that the sandbox was
// initialised for a request. Such lines name no request. They stand before its START and after the REPORT of the
// request before: what the handler prints comes after START and is not looked at. If a cut or the log level has taken
// START away, they may stand anywhere before its REPORT. A function that forges one gets its invocation counted as a
// cold start: one more is made instead, within the budget, and no more than as many again.
func Initialised(log, requestID string) InitBefore {
	found := InReport
	for line := range strings.Lines(log) {
		line = strings.TrimRight(line, "\r\n")
		entry, isRecord := parseRecord(line)
		switch {
		case isRecord && (entry.Type == jsonInitDone || entry.Type == jsonInitReport) && entry.Record.Phase == jsonInitPhase,
			strings.HasPrefix(line, textInitReport) && strings.Contains(line+"\t", textInitPhase):
			found = AfterTimeout
		case isRecord && (entry.Type == jsonInitStart || entry.Type == jsonInitDone || entry.Type == jsonInitReport),
			strings.HasPrefix(line, textInitReport), strings.HasPrefix(line, textInitStart):
			found = max(found, AfterCrash)
		case isRecord && entry.Type == jsonStart && entry.Record.RequestID == requestID,
			strings.HasPrefix(line, textStart+requestID+" "),
			isRecord && entry.Type == jsonReport && entry.Record.RequestID == requestID,
			strings.HasPrefix(line, textReport+" "+requestID+"\t"):
			return found
		case isRecord && entry.Type == jsonReport, strings.HasPrefix(line, textReport):
			found = InReport
		}
	}
	return found
}
