package tuning

// Report is what the platform says of one invocation. Durations are in ms.
type Report struct {
	RequestID             string
	Duration              float64
	BilledDuration        float64
	MaxMemoryUsed         int // MB
	InitDuration          float64
	RestoreDuration       float64
	BilledRestoreDuration float64
	Status                string // "", success, error, failure, timeout
	ErrorType             string // e.g. Runtime.OutOfMemory
}

// ParseReport finds the report of a request in log text (a log tail, which may be cut, or one message),
// searching backwards; requestID "" takes the last report there is.
func ParseReport(log, requestID string) (Report, bool) { return Report{}, false }
