package lambdasim

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// Advice is what AWS Compute Optimizer recommends for a function.
type Advice struct {
	Finding    string // Optimized, NotOptimized, Unavailable
	Reasons    []string
	MemorySize int     // of the best option, 0 for none
	SavingUSD  float64 // a month
}

// Advise has Compute Optimizer recommend something. An account that has never been advised is not opted in.
func (s *Simulator) Advise(function string, a Advice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.advice == nil {
		s.advice = map[string]Advice{}
	}
	s.advice[function] = a
}

func (s *Simulator) getLambdaFunctionRecommendations(req *request) (response, *APIError) {
	var body struct {
		NextToken  string
		MaxResults int
	}
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	req.Resource = "*"
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.advice == nil {
		return response{}, statesError("OptInRequiredException", "The requested operation requires opt-in to AWS Compute Optimizer.")
	}
	all := []map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.advice)) {
		a := s.advice[name]
		given := map[string]any{
			"functionArn": s.FunctionARN(name) + ":" + Latest, "functionVersion": Latest, "finding": a.Finding, "findingReasonCodes": a.Reasons,
		}
		if a.MemorySize > 0 {
			option := func(rank, memorySize int, saving float64) map[string]any {
				return map[string]any{"rank": rank, "memorySize": memorySize, "savingsOpportunity": map[string]any{
					"estimatedMonthlySavings": map[string]any{"currency": "USD", "value": saving}, "savingsOpportunityPercentage": 10.0,
				}}
			}
			given["memorySizeRecommendationOptions"] = []map[string]any{option(2, a.MemorySize*2, a.SavingUSD/2), option(1, a.MemorySize, a.SavingUSD)}
		}
		all = append(all, given)
	}
	start, _ := strconv.Atoi(body.NextToken)
	end := min(start+min(max(body.MaxResults, 1), 1000), len(all))
	answer := map[string]any{"lambdaFunctionRecommendations": all[start:end]}
	if end < len(all) {
		answer["nextToken"] = strconv.Itoa(end)
	}
	return response{status: http.StatusOK, body: answer}, nil
}
