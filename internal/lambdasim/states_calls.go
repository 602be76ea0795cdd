package lambdasim

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

// AddStateMachine makes a machine's executions reachable through the Step Functions API.
func (s *Simulator) AddStateMachine(m *statemachine.Machine) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.machines = append(s.machines, m)
}

// statesError returns an error of the Step Functions API; all of them are 400.
func statesError(code, message string) *APIError {
	return &APIError{Status: http.StatusBadRequest, Code: code, Message: message}
}

// execution finds an execution of any machine.
func (s *Simulator) execution(req *request, arn string) (*statemachine.Execution, *APIError) {
	req.Resource = arn
	s.mu.Lock()
	machines := slices.Clone(s.machines)
	s.mu.Unlock()
	for _, m := range machines {
		if e := m.Execution(arn); e != nil {
			return e, nil
		}
	}
	return nil, statesError("ExecutionDoesNotExist", "Execution Does Not Exist: '"+arn+"'")
}

func (s *Simulator) startExecution(req *request) (response, *APIError) {
	var body struct{ StateMachineArn, Name, Input string }
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	machine, missing := s.machine(req, body.StateMachineArn)
	if missing != nil {
		return response{}, missing
	}
	e, err := machine.Start(body.Name, body.Input)
	if err != nil {
		var refused *statemachine.Error
		errors.As(err, &refused)
		return response{}, statesError(refused.Name, refused.Cause)
	}
	return response{status: http.StatusOK, body: map[string]any{"executionArn": e.ARN, "startDate": seconds(e.Started)}}, nil
}

func (s *Simulator) stopExecution(req *request) (response, *APIError) {
	var body struct{ ExecutionArn, Error, Cause string }
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	e, err := s.execution(req, body.ExecutionArn)
	if err != nil {
		return response{}, err
	}
	e.Stop(body.Error, body.Cause)
	return response{status: http.StatusOK, body: map[string]any{"stopDate": seconds(e.Outcome().Stopped)}}, nil
}

func (s *Simulator) describeExecution(req *request) (response, *APIError) {
	var body struct{ ExecutionArn string }
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	e, err := s.execution(req, body.ExecutionArn)
	if err != nil {
		return response{}, err
	}
	outcome := e.Outcome()
	if outcome.Status != statemachine.Running && time.Since(outcome.Stopped) < s.options.StaleTime {
		outcome = statemachine.Outcome{Status: statemachine.Running}
	}
	described := map[string]any{
		"executionArn": e.ARN, "stateMachineArn": e.Machine.ARN(), "name": e.Name, "status": outcome.Status,
		"startDate": seconds(e.Started), "input": e.Input, "inputDetails": included, "redriveCount": 0,
	}
	if outcome.Status != statemachine.Running {
		described["stopDate"] = seconds(outcome.Stopped)
	}
	if outcome.Output != "" {
		described["output"], described["outputDetails"] = outcome.Output, included
	}
	if outcome.Error != nil {
		described["error"], described["cause"] = outcome.Error.Name, outcome.Error.Cause
	}
	return response{status: http.StatusOK, body: described}, nil
}

// included says that data has come whole.
var included = map[string]bool{"included": true}

// maxHistoryPage is how many events a page of a history holds at most; 100 is the default.
const maxHistoryPage = 1000

func (s *Simulator) getExecutionHistory(req *request) (response, *APIError) {
	body := struct {
		ExecutionArn         string
		MaxResults           int
		NextToken            string
		ReverseOrder         bool
		IncludeExecutionData *bool
	}{}
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	e, err := s.execution(req, body.ExecutionArn)
	if err != nil {
		return response{}, err
	}
	if body.MaxResults > maxHistoryPage {
		return response{}, statesError("ValidationException", "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000")
	}
	history := e.History()
	if body.ReverseOrder {
		slices.Reverse(history)
	}
	start, size := 0, 100
	if body.MaxResults > 0 {
		size = body.MaxResults
	}
	if body.NextToken != "" {
		var numberErr error
		if start, numberErr = strconv.Atoi(body.NextToken); numberErr != nil || start < 0 || start > len(history) {
			return response{}, statesError("InvalidToken", "Invalid Token: '"+body.NextToken+"'")
		}
	}
	end := min(start+size, len(history))
	withData := body.IncludeExecutionData == nil || *body.IncludeExecutionData
	events := []map[string]any{}
	for _, event := range history[start:end] {
		events = append(events, historyEvent(event, withData))
	}
	answer := map[string]any{"events": events}
	if end < len(history) {
		answer["nextToken"] = strconv.Itoa(end)
	}
	return response{status: http.StatusOK, body: answer}, nil
}

// historyEvent returns an event as the API shows it: its details are in a field named after its
// type.
func historyEvent(e statemachine.Event, withData bool) map[string]any {
	details := map[string]any{}
	for name, text := range map[string]string{"name": e.Name, "resource": e.Resource, "error": e.Error, "cause": e.Cause} {
		if text != "" {
			details[name] = text
		}
	}
	if withData {
		if e.Input != "" {
			details["input"] = e.Input
		}
		if e.Output != "" {
			details["output"] = e.Output
		}
	}
	kind := e.Type
	for _, shared := range []string{"StateEntered", "StateExited"} {
		if strings.HasSuffix(kind, shared) {
			kind = shared
		}
	}
	return map[string]any{
		"id": e.ID, "previousEventId": e.PreviousID, "timestamp": seconds(e.Time), "type": e.Type,
		strings.ToLower(kind[:1]) + kind[1:] + "EventDetails": details,
	}
}

// seconds returns a time as the API writes it: seconds since 1970 with milliseconds.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
