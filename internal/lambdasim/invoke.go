package lambdasim

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
)

// maxPayload is what a synchronous invocation takes, in bytes.
const maxPayload = 6 << 20

// run is one invocation with all that has been drawn for it.
type run struct {
	Invocation
	configuration Configuration
	start         time.Time
	initMs        float64 // of a cold start
	restoreMs     float64 // of a cold start from a snapshot
	abandonedMs   float64 // of an INIT that took too long
	suppressedMs  float64 // of an INIT within the invocation: part of its duration, and in no record of its own
	durationMs    float64
	usedMB        int
	status        string // success, error, timeout
	errorType     string
	output        string
	stream        string
	response      Response
	arrives       Tail
	logged        []line
}

// wait returns how long the sandbox is busy.
func (r *run) wait() time.Duration {
	return milliseconds(r.abandonedMs + r.initMs + r.restoreMs + r.durationMs)
}

// begin returns when the handler begins, at the latest at the end.
func (r *run) begin() time.Time {
	return r.start.Add(min(milliseconds(r.abandonedMs+r.initMs+r.restoreMs+r.suppressedMs), r.wait()))
}

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

// billedMs includes INIT, as AWS bills it since August 2025, and with SnapStart the part of the restore that is
// billed: REPORT records show ceil(Duration) + Billed Restore Duration.
func (r *run) billedMs() int { return int(math.Ceil(r.durationMs+r.initMs)) + r.billedRestoreMs() }

// invoke does an invocation: everything about it is settled when it starts, so that a caller that
// leaves changes nothing about it; the response waits for its end.
func (s *Simulator) invoke(req *request) (response, *APIError) {
	if len(req.Body) > maxPayload {
		return response{}, &APIError{
			Status: http.StatusRequestEntityTooLarge, Code: "RequestTooLargeException",
			Message: fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", maxPayload),
		}
	}
	if len(req.Body) > 0 && !json.Valid(req.Body) {
		return response{}, &APIError{
			Status: http.StatusBadRequest, Code: "InvalidRequestContentException",
			Message: "Could not parse request body into json.",
		}
	}
	r, err := s.startRun(req)
	if err != nil {
		return response{}, err
	}
	switch req.http.Header.Get("X-Amz-Invocation-Type") {
	case "DryRun":
		return response{status: http.StatusNoContent}, nil
	case "Event":
		return response{status: http.StatusAccepted}, nil
	}
	if err := clock.Sleep(req.http.Context(), r.wait()); err != nil {
		return response{}, nil // the caller has left: nobody reads this
	}
	res := response{status: http.StatusOK, raw: r.response.Body, header: map[string]string{"X-Amz-Executed-Version": r.Version}}
	if r.response.FunctionError != "" {
		res.header["X-Amz-Function-Error"] = r.response.FunctionError
	}
	if req.http.Header.Get("X-Amz-Log-Type") == "Tail" {
		if tail := r.tail(); tail != "" {
			res.header["X-Amz-Log-Result"] = base64.StdEncoding.EncodeToString([]byte(tail))
		}
	}
	return res, nil
}

// startRun finds out whether and where an invocation can run and settles what it will do.
func (s *Simulator) startRun(req *request) (*run, *APIError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.function(req.Function)
	if err != nil {
		return nil, err
	}
	c, err := s.invoked(f, req.Qualifier)
	if err != nil {
		return nil, err
	}
	tenant := req.http.Header.Get("X-Amz-Tenant-Id")
	switch isolates := c.TenancyConfig != nil; {
	case isolates && tenant == "":
		return nil, invalid("The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.")
	case !isolates && tenant != "":
		return nil, invalid("The invoked function is not enabled with tenancy configuration.")
	}
	now := time.Now()
	if err := s.admit(f, now); err != nil {
		return nil, err
	}
	if req.http.Header.Get("X-Amz-Invocation-Type") == "DryRun" {
		return &run{}, nil
	}
	f.invocations++
	b := s.sandbox(f, c.Version, tenant, now)
	b.calls++
	r := &run{configuration: c, start: now, stream: b.stream, output: f.behavior.Output}
	r.Invocation = Invocation{
		Function: c.FunctionName, Version: c.Version, Architecture: c.Architectures[0], MemorySize: c.MemorySize,
		Payload: req.Body, Tenant: tenant, RequestID: req.requestID, Number: f.invocations, Sandbox: b.number, SandboxCall: b.calls,
	}
	f.behavior.settle(r, b, now.Sub(s.started))
	if shot := f.snapshot(c.Version); shot != nil && r.restoreMs > 0 {
		shot.usage.Restores++
	}
	b.busyUntil = now.Add(r.wait())
	r.logged = r.lines(false)
	f.record(r)
	return r, nil
}

// invoked returns the configuration that an invocation of a qualifier runs on.
func (s *Simulator) invoked(f *function, qualifier string) (Configuration, *APIError) {
	number := qualifier
	if a, ok := f.aliases[qualifier]; ok {
		number = s.routed(a)
	}
	if number == "" || number == Latest {
		return f.serving, nil
	}
	v := f.version(number)
	if v == nil {
		return Configuration{}, notFound("Function not found: %s", qualified(f.latest.FunctionArn, qualifier))
	}
	if state := v.configuration.State; state != Active {
		return Configuration{}, conflict("The operation cannot be performed at this time. The function is currently in the following state: %s", state)
	}
	return v.configuration, nil
}

// routed picks the version that an alias sends an invocation to.
func (s *Simulator) routed(a Alias) string {
	if a.RoutingConfig != nil {
		s.ids++
		share := float64(mix(s.options.Seed^s.ids)>>11) / (1 << 53)
		for number, weight := range a.RoutingConfig.AdditionalVersionWeights {
			if share -= weight; share < 0 {
				return number
			}
		}
	}
	return a.FunctionVersion
}

// admit reports whether one more invocation may start now.
func (s *Simulator) admit(f *function, now time.Time) *APIError {
	if f.reserved != nil {
		if f.busy(now) >= *f.reserved {
			return Throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
		}
		return nil
	}
	running, reserved := 0, 0
	for _, other := range s.functions {
		if other.reserved != nil {
			reserved += *other.reserved
		} else {
			running += other.busy(now)
		}
	}
	if running >= s.options.Concurrency-reserved {
		return Throttled("ConcurrentInvocationLimitExceeded")
	}
	return nil
}

// settle draws what an invocation takes and how it ends.
func (b Behavior) settle(r *run, box *sandbox, sinceStart time.Duration) {
	r.status, r.usedMB = "success", min(b.MemoryUsed, r.MemorySize)
	isCold := r.SandboxCall == 1 || box.dead
	ms, cold := box.host.Call(r.MemorySize, isCold, sinceStart)
	if isCold {
		switch {
		case r.configuration.SnapStart.OptimizationStatus == "On":
			r.restoreMs = cold
		case box.dead:
			r.suppressedMs = cold
		case cold > initLimit:
			r.abandonedMs, r.suppressedMs = initLimit, cold
		default:
			r.initMs = cold
		}
		box.dead = false
	}
	r.durationMs = hundredths(r.suppressedMs + ms)
	limit := float64(r.configuration.Timeout) * 1000
	switch {
	case r.MemorySize < b.OutOfMemoryBelow:
		r.durationMs = hundredths(min(r.suppressedMs+ms/2, limit))
		r.status, r.errorType, r.usedMB = "error", "Runtime.OutOfMemory", r.MemorySize
		r.fail(box, "Runtime.ExitError", "Runtime exited with error: signal: killed")
	case r.durationMs >= limit:
		r.durationMs = limit
		r.status, r.errorType = "timeout", "Sandbox.Timedout"
		r.fail(box, "Sandbox.Timedout", fmt.Sprintf("Task timed out after %d.00 seconds", r.configuration.Timeout))
	default:
		r.response = b.Respond(r.Invocation)
	}
	r.arrives = b.Tail(r.Invocation)
}

// initLimit is how long INIT may take, in ms. If it takes longer it is repeated within the invocation.
const initLimit = 10_000

// fail has the sandbox die with an error object as Lambda writes it.
func (r *run) fail(box *sandbox, errorType, message string) {
	box.dead = true
	r.response = Response{
		FunctionError: "Unhandled",
		Body:          fmt.Appendf(nil, `{"errorType":%q,"errorMessage":"RequestId: %s Error: %s"}`, errorType, r.RequestID, message),
	}
}

func hundredths(ms float64) float64 { return math.Round(ms*100) / 100 }
