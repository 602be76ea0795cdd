package lambdasim

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

// machine finds a state machine.
func (s *Simulator) machine(req *request, arn string) (*statemachine.Machine, *APIError) {
	req.Resource = arn
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.machines, func(m *statemachine.Machine) bool { return m.ARN() == arn })
	if i < 0 {
		return nil, statesError("StateMachineDoesNotExist", "State Machine Does Not Exist: '"+arn+"'")
	}
	return s.machines[i], nil
}

func (s *Simulator) describeStateMachine(req *request) (response, *APIError) {
	var body struct{ StateMachineArn string }
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	m, err := s.machine(req, body.StateMachineArn)
	if err != nil {
		return response{}, err
	}
	return response{status: http.StatusOK, body: map[string]any{
		"stateMachineArn": m.ARN(), "name": m.Name(), "status": "ACTIVE", "type": "STANDARD", "definition": m.Definition(), "creationDate": seconds(s.started),
	}}, nil
}

func (s *Simulator) listStateMachines(req *request) (response, *APIError) {
	var body struct{ NextToken string }
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	req.Resource = "*"
	s.mu.Lock()
	machines := slices.Clone(s.machines)
	s.mu.Unlock()
	var all []map[string]any
	for _, m := range machines {
		all = append(all, map[string]any{"stateMachineArn": m.ARN(), "name": m.Name(), "type": "STANDARD", "creationDate": seconds(s.started)})
	}
	return s.listed("stateMachines", all, body.NextToken)
}

// listExecutions lists those of one status, or all, the newest first.
func (s *Simulator) listExecutions(req *request) (response, *APIError) {
	var body struct {
		StateMachineArn, NextToken string
		StatusFilter               statemachine.Status
	}
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	m, err := s.machine(req, body.StateMachineArn)
	if err != nil {
		return response{}, err
	}
	var all []map[string]any
	for _, e := range slices.Backward(m.Executions()) {
		outcome := e.Outcome()
		if body.StatusFilter != "" && body.StatusFilter != outcome.Status {
			continue
		}
		listed := map[string]any{"executionArn": e.ARN, "stateMachineArn": m.ARN(), "name": e.Name, "status": outcome.Status, "startDate": seconds(e.Started)}
		if outcome.Status != statemachine.Running {
			listed["stopDate"] = seconds(outcome.Stopped)
		}
		all = append(all, listed)
	}
	return s.listed("executions", all, body.NextToken)
}

// listed answers with a page of a list.
func (s *Simulator) listed(name string, all []map[string]any, token string) (response, *APIError) {
	start := 0
	if token != "" {
		var err error
		if start, err = strconv.Atoi(token); err != nil || start < 0 || start > len(all) {
			return response{}, statesError("InvalidToken", "Invalid Token: '"+token+"'")
		}
	}
	page, next := pageOf(all, start, s.options.PageSize)
	answer := map[string]any{name: append([]map[string]any{}, page...)}
	if next != "" {
		answer["nextToken"] = next
	}
	return response{status: http.StatusOK, body: answer}, nil
}
