package lambdasim

import (
	"net/http"
	"time"
)

// ProvisionedConcurrency is what a version or alias has been given.
type ProvisionedConcurrency struct {
	FunctionArn                              string
	RequestedProvisionedConcurrentExecutions int
	AvailableProvisionedConcurrentExecutions int
	AllocatedProvisionedConcurrentExecutions int
	Status                                   string
	LastModified                             string
}

func (s *Simulator) getFunctionConcurrency(req *request) (response, *APIError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.function(req.Function)
	if err != nil {
		return response{}, err
	}
	return response{status: http.StatusOK, body: struct {
		ReservedConcurrentExecutions *int `json:",omitempty"`
	}{f.reserved}}, nil
}

func (s *Simulator) listProvisionedConcurrencyConfigs(req *request) (response, *APIError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.function(req.Function)
	if err != nil {
		return response{}, err
	}
	page, next, err := paginate(s, req, f.provisioned)
	return response{status: http.StatusOK, body: struct {
		NextMarker                    string `json:",omitempty"`
		ProvisionedConcurrencyConfigs []ProvisionedConcurrency
	}{next, page}}, err
}

func (s *Simulator) getAccountSettings(*request) (response, *APIError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	unreserved := s.options.Concurrency
	for _, f := range s.functions {
		if f.reserved != nil {
			unreserved -= *f.reserved
		}
	}
	return response{status: http.StatusOK, body: map[string]map[string]int64{
		"AccountLimit": {
			"ConcurrentExecutions": int64(s.options.Concurrency), "UnreservedConcurrentExecutions": int64(unreserved),
			"TotalCodeSize": s.options.CodeStorage, "CodeSizeUnzipped": 250 << 20, "CodeSizeZipped": 50 << 20,
		},
		"AccountUsage": {"FunctionCount": int64(len(s.functions)), "TotalCodeSize": s.codeStorageUsed()},
	}}, nil
}

// Provision gives a version or alias provisioned concurrency.
func (s *Simulator) Provision(name, qualifier string, count int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.functions[name]
	f.provisioned = append(f.provisioned, ProvisionedConcurrency{
		FunctionArn:                              qualified(f.latest.FunctionArn, qualifier),
		RequestedProvisionedConcurrentExecutions: count,
		AvailableProvisionedConcurrentExecutions: count,
		AllocatedProvisionedConcurrentExecutions: count,
		Status:                                   "READY",
		LastModified:                             timestamp(time.Now()),
	})
}
