package lambdasim

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/lambdalimits"
)

func (s *Simulator) getFunctionConfiguration(req *request) (response, *APIError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.function(req.Function)
	if err != nil {
		return response{}, err
	}
	c, err := s.resolve(f, req.Qualifier)
	return response{status: http.StatusOK, body: c}, err
}

func (s *Simulator) getFunction(req *request) (response, *APIError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.function(req.Function)
	if err != nil {
		return response{}, err
	}
	c, err := s.resolve(f, req.Qualifier)
	body := map[string]any{"Configuration": c, "Code": s.codeOf(f)}
	if f.reserved != nil {
		body["Concurrency"] = map[string]int{"ReservedConcurrentExecutions": *f.reserved}
	}
	return response{status: http.StatusOK, body: body}, err
}

// change is the body of UpdateFunctionConfiguration: nil leaves a field as it is.
type change struct {
	MemorySize       *int
	Timeout          *int
	Description      *string
	Environment      *Environment
	EphemeralStorage *EphemeralStorage
	RevisionId       *string
}

func (s *Simulator) updateFunctionConfiguration(req *request) (response, *APIError) {
	var ch change
	if err := req.decode(&ch); err != nil {
		return response{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.writable(req)
	if err != nil {
		return response{}, err
	}
	if err := f.settledAt(ch.RevisionId); err != nil {
		return response{}, err
	}
	if m := ch.MemorySize; m != nil && (*m < lambdalimits.MemorySize.Least || *m > s.options.MaxMemorySize) {
		return response{}, invalid("'MemorySize' value failed to satisfy constraint: Member must have value between %d and %d", lambdalimits.MemorySize.Least, s.options.MaxMemorySize)
	}
	changed := f.latest.clone()
	set(&changed.MemorySize, ch.MemorySize)
	set(&changed.Timeout, ch.Timeout)
	set(&changed.Description, ch.Description)
	set(&changed.EphemeralStorage, ch.EphemeralStorage)
	if ch.Environment != nil {
		changed.Environment = &Environment{Variables: maps.Clone(ch.Environment.Variables)}
	}
	s.startUpdate(f, changed)
	return response{status: http.StatusOK, body: f.latest.clone()}, nil
}

// settledAt fails while $LATEST is being updated, or if it is no longer at the given revision, if any.
func (f *function) settledAt(revision *string) *APIError {
	if f.latest.LastUpdateStatus == InProgress {
		return UpdateInProgress(f.latest.FunctionArn)
	}
	if revision != nil && *revision != f.latest.RevisionId {
		return preconditionFailed("GetFunction/GetAlias")
	}
	return nil
}

func set[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

// writable finds the function of a call that changes it, which must not name a version or alias.
func (s *Simulator) writable(req *request) (*function, *APIError) {
	if req.Qualifier != "" && req.Qualifier != Latest {
		return nil, invalid("This operation does not take a version or alias: %s", req.Resource)
	}
	return s.function(req.Function)
}

func (s *Simulator) publishVersion(req *request) (response, *APIError) {
	var body struct{ CodeSha256, Description, RevisionId *string }
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.writable(req)
	if err != nil {
		return response{}, err
	}
	if err := f.settledAt(body.RevisionId); err != nil {
		return response{}, err
	}
	if sum := body.CodeSha256; sum != nil && *sum != "" && *sum != f.latest.CodeSha256 {
		return response{}, invalid("CodeSHA256 (%s) is different from current CodeSHA256 in $LATEST (%s). Please try again with the CodeSHA256 in $LATEST.",
			*sum, f.latest.CodeSha256)
	}
	c, err := s.publish(f, body.Description)
	return response{status: http.StatusCreated, body: c}, err
}

func (s *Simulator) listVersionsByFunction(req *request) (response, *APIError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.function(req.Function)
	if err != nil {
		return response{}, err
	}
	latest := f.latest.clone()
	latest.FunctionArn = qualified(latest.FunctionArn, Latest)
	all := []Configuration{latest}
	for _, v := range f.versions {
		all = append(all, v.configuration.clone())
	}
	page, next, err := paginate(s, req, all)
	return response{status: http.StatusOK, body: struct {
		NextMarker string `json:",omitempty"`
		Versions   []Configuration
	}{next, page}}, err
}

func (s *Simulator) deleteFunction(req *request) (response, *APIError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.function(req.Function)
	if err != nil {
		return response{}, err
	}
	switch {
	case req.Qualifier == "":
		delete(s.functions, req.Function)
		return response{status: http.StatusNoContent}, nil
	case req.Qualifier == Latest:
		return response{}, invalid("$LATEST version cannot be deleted without deleting the function.")
	case !isNumber(req.Qualifier):
		return response{}, invalid("Deletion of aliases is not currently supported.")
	}
	if f.version(req.Qualifier) == nil {
		return response{status: http.StatusNoContent}, nil // measured: floci-io/floci #2824
	}
	if users := f.aliasesOf(req.Qualifier); len(users) > 0 {
		return response{}, conflict("Unable to delete version because the following aliases reference it: %v", users)
	}
	f.versions = slices.DeleteFunc(f.versions, func(v *version) bool { return v.configuration.Version == req.Qualifier })
	delete(f.pools, req.Qualifier)
	if shot := f.snapshot(req.Qualifier); shot != nil {
		shot.until = time.Now()
	}
	return response{status: http.StatusNoContent}, nil
}
