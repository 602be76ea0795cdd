package lambdasim

import (
	"net/http"
	"slices"

	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

func (s *Simulator) listMapRuns(req *request) (response, *APIError) {
	var body struct{ ExecutionArn, NextToken string }
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	e, err := s.execution(req, body.ExecutionArn)
	if err != nil {
		return response{}, err
	}
	var all []map[string]any
	for _, r := range slices.Backward(e.MapRuns()) {
		all = append(all, map[string]any{"executionArn": e.ARN, "mapRunArn": r.ARN, "stateMachineArn": e.Machine.ARN(), "startDate": seconds(e.Started)})
	}
	return s.listed("mapRuns", all, body.NextToken)
}

func (s *Simulator) describeMapRun(req *request) (response, *APIError) {
	var body struct{ MapRunArn string }
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	req.Resource = body.MapRunArn
	s.mu.Lock()
	machines := slices.Clone(s.machines)
	s.mu.Unlock()
	for _, m := range machines {
		for _, e := range m.Executions() {
			for _, r := range e.MapRuns() {
				if r.ARN == body.MapRunArn {
					return response{status: http.StatusOK, body: described(e, r)}, nil
				}
			}
		}
	}
	return response{}, statesError("ResourceNotFound", "Resource not found: '"+body.MapRunArn+"'")
}

func described(e *statemachine.Execution, r statemachine.MapRun) map[string]any {
	counts := map[string]int{
		"total": r.Total, "running": r.Running, "succeeded": r.Succeeded, "failed": r.Failed, "pending": r.Total - r.Running - r.Succeeded - r.Failed,
		"aborted": 0, "timedOut": 0, "resultsWritten": 0,
	}
	return map[string]any{
		"executionArn": e.ARN, "mapRunArn": r.ARN, "status": "RUNNING", "startDate": seconds(e.Started), "itemCounts": counts, "executionCounts": counts,
		"maxConcurrency": 0, "toleratedFailurePercentage": 0, "toleratedFailureCount": 0,
	}
}
