package lambdasim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

// request is an API call on its way through the simulator.
type request struct {
	Call
	http *http.Request
	// control says that the call counts against the account's quota.
	control bool
	// ignoresRanges says that a download is to be answered whole.
	ignoresRanges bool
	// requestID is the call's x-amzn-RequestId.
	requestID string
}

// response is what a call answers: JSON of body, raw bytes, or content of a length.
type response struct {
	status int
	body   any
	raw    []byte
	header map[string]string

	content io.Reader
	length  int64
}

// operation does a call's work.
type operation func(*Simulator, *request) (response, *APIError)

var errLost = errors.New("lambdasim: the connection was closed before the response")

// serve does one call: what it returns is the response, or an error where no response ever arrives.
func (s *Simulator) serve(r *http.Request) (response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return response{}, err
	}
	ctx := r.Context()
	task := statemachine.TaskOf(ctx)
	if task != nil && task.Dead() {
		return response{}, errLost
	}
	req := &request{http: r}
	req.Body, req.Task = body, task
	op, routed := s.route(req)
	spoken := spokenCBOR(r)
	if spoken != "" && routed == nil {
		req.Body, routed = fromCBOR(body)
	}
	fault := s.arrive(req)
	req.ignoresRanges = fault.Body.WithoutRanges
	latency := s.options.Latency
	if req.Operation == "Invoke" {
		latency = s.options.InvokeLatency
	}
	if err := clock.Sleep(ctx, latency+fault.Delay); err != nil {
		return response{}, err
	}
	if fault.Kill == KillBefore && task != nil {
		task.Kill()
	}
	if task != nil && task.Dead() { // killed while it waited
		return response{}, errLost
	}
	var res response
	switch {
	case fault.Err != nil:
		routed = fault.Err
	case routed == nil && req.control && !s.quota.admit():
		routed = Throttled("CallerRateLimitExceeded")
	case routed == nil:
		res, routed = op(s, req)
	}
	if fault.After != nil {
		fault.After()
	}
	if fault.Kill == KillAfter && task != nil {
		task.Kill()
	}
	if fault.Lost || task != nil && task.Dead() {
		return response{}, errLost
	}
	if err := ctx.Err(); err != nil {
		return response{}, err
	}
	if routed != nil {
		res = response{status: routed.Status, raw: routed.body(), header: map[string]string{"X-Amzn-ErrorType": routed.Code}}
		switch {
		case req.Operation == "DescribeStacks":
			res.raw = routed.xml()
		case objectOperations[req.Operation] != nil:
			res.raw = routed.objectXML()
		case codeOperations[req.Operation] != nil && req.Operation != "GetLayerVersionByArn":
			res.raw = routed.codeError(req.Operation)
		}
	}
	if res.content != nil {
		res.content = &faultyBody{ctx: ctx, r: res.content, fault: fault.Body}
		res.length += fault.Body.Longer
	}
	if spoken != "" {
		res = res.asCBOR()
	}
	if res.header == nil {
		res.header = map[string]string{}
	}
	res.header["X-Amzn-RequestId"] = req.requestID
	return res, nil
}

// route finds the operation of a request and what it is about.
func (s *Simulator) route(req *request) (operation, *APIError) {
	r := req.http
	if name, resource := s.routeCode(req); name != "" {
		req.Operation, req.Resource, req.control = name, resource, name == "GetLayerVersionByArn"
		return codeOperations[name], nil
	}
	if name, resource := routeObject(r); name != "" {
		req.Operation, req.Resource = name, resource
		return objectOperations[name], nil
	}
	target, spoken := r.Header.Get("X-Amz-Target"), spokenCBOR(r)
	if target != "" || spoken != "" {
		if req.Operation = spoken; spoken == "" {
			_, req.Operation, _ = strings.Cut(target, ".")
		}
		if op, ok := targetOperations[req.Operation]; ok {
			return op, nil
		}
		return nil, unknownOperation(req.Operation)
	}
	var segments []string
	for segment := range strings.SplitSeq(strings.Trim(r.URL.EscapedPath(), "/"), "/") {
		text, err := url.PathUnescape(segment)
		if err != nil {
			return nil, invalid("path: %v", err)
		}
		segments = append(segments, text)
	}
	if len(segments) == 2 && segments[1] == "account-settings" {
		req.Operation, req.Resource, req.control = "GetAccountSettings", "*", true
		return (*Simulator).getAccountSettings, nil
	}
	if op := s.routeWhole(req, segments); op != nil {
		return op, nil
	}
	if len(segments) < 3 || segments[1] != "functions" {
		return nil, unknownOperation(r.Method + " " + r.URL.Path)
	}
	var sub string
	if len(segments) > 3 {
		sub = segments[3]
	}
	if len(segments) > 4 {
		sub += "/*"
		req.Alias = segments[4]
	}
	entry, ok := pathOperations[r.Method+" "+sub]
	if !ok {
		return nil, unknownOperation(r.Method + " " + r.URL.Path)
	}
	req.Operation, req.control = entry.name, !ownQuota[entry.name]
	return entry.do, s.identify(req, segments[2])
}

// routeWhole finds the operations that are about no single function.
func (s *Simulator) routeWhole(req *request, segments []string) operation {
	switch path := strings.Join(segments, "/"); {
	case len(segments) == 2 && segments[1] == "functions" && req.http.Method == http.MethodGet:
		req.Operation, req.Resource, req.control = "ListFunctions", "*", true
		return (*Simulator).listFunctions
	case path == "listRegions":
		req.Operation, req.Resource = "ListRegions", "*"
		return (*Simulator).listRegions
	case path == "" && strings.HasPrefix(string(req.Body), "Action=DescribeStacks"):
		req.Operation, req.Resource = "DescribeStacks", fmt.Sprintf("arn:aws:cloudformation:%s:%s:stack/*/*", s.options.Region, s.options.Account)
		return (*Simulator).describeStacks
	case path == "" && strings.HasPrefix(string(req.Body), "Action=ListStackResources"):
		req.Operation, req.Resource = "ListStackResources", fmt.Sprintf("arn:aws:cloudformation:%s:%s:stack/*/*", s.options.Region, s.options.Account)
		return (*Simulator).listStackResources
	}
	return nil
}

// identify fills in the function and qualifier of a call from its path and query.
func (s *Simulator) identify(req *request, given string) *APIError {
	var err *APIError
	if req.Function, req.Qualifier, err = s.parseFunctionName(given); err != nil {
		return err
	}
	if q := req.http.URL.Query().Get("Qualifier"); q != "" {
		if req.Qualifier != "" && req.Qualifier != q {
			return invalid("The derived qualifier from the function name does not match the specified qualifier.")
		}
		req.Qualifier = q
	}
	req.Resource = qualified(s.FunctionARN(req.Function), req.Qualifier)
	return nil
}

func unknownOperation(what string) *APIError {
	return &APIError{
		Status: http.StatusNotImplemented, Code: "UnknownOperationException",
		Message: fmt.Sprintf("lambdasim does not know %s", what),
	}
}

var pathOperations = map[string]struct {
	name string
	do   operation
}{
	"GET ":                        {"GetFunction", (*Simulator).getFunction},
	"DELETE ":                     {"DeleteFunction", (*Simulator).deleteFunction},
	"GET configuration":           {"GetFunctionConfiguration", (*Simulator).getFunctionConfiguration},
	"PUT configuration":           {"UpdateFunctionConfiguration", (*Simulator).updateFunctionConfiguration},
	"GET versions":                {"ListVersionsByFunction", (*Simulator).listVersionsByFunction},
	"POST versions":               {"PublishVersion", (*Simulator).publishVersion},
	"GET aliases":                 {"ListAliases", (*Simulator).listAliases},
	"POST aliases":                {"CreateAlias", (*Simulator).createAlias},
	"GET aliases/*":               {"GetAlias", (*Simulator).getAlias},
	"PUT aliases/*":               {"UpdateAlias", (*Simulator).updateAlias},
	"DELETE aliases/*":            {"DeleteAlias", (*Simulator).deleteAlias},
	"GET concurrency":             {"GetFunctionConcurrency", (*Simulator).getFunctionConcurrency},
	"GET provisioned-concurrency": {"ListProvisionedConcurrencyConfigs", (*Simulator).listProvisionedConcurrencyConfigs},
	"POST invocations":            {"Invoke", (*Simulator).invoke},
}

// decode reads a call's JSON body.
func (req *request) decode(into any) *APIError {
	if len(req.Body) == 0 {
		return nil
	}
	if err := json.Unmarshal(req.Body, into); err != nil {
		return &APIError{Status: http.StatusBadRequest, Code: "SerializationException", Message: err.Error()}
	}
	return nil
}
