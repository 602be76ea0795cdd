package lambdasim

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
)

// Alias is a name for a version, as the API returns it.
type Alias struct {
	AliasArn, Name, FunctionVersion string
	Description                     string
	RoutingConfig                   *RoutingConfig `json:",omitempty"`
	RevisionId                      string
}

// RoutingConfig sends a share of an alias's invocations to other versions.
type RoutingConfig struct{ AdditionalVersionWeights map[string]float64 }

var aliasName = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,128}$`)

// aliasesOf lists the aliases that point to a version, sorted.
func (f *function) aliasesOf(number string) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(f.aliases)) {
		a := f.aliases[name]
		if a.FunctionVersion == number || a.RoutingConfig != nil && a.RoutingConfig.AdditionalVersionWeights[number] > 0 {
			names = append(names, name)
		}
	}
	return names
}

// aliasBody is what CreateAlias and UpdateAlias are sent; nil leaves a field as it is.
type aliasBody struct {
	Name                                     string
	FunctionVersion, Description, RevisionId *string
	RoutingConfig                            *RoutingConfig
}

// check returns what is wrong with an alias that a call asks for.
func (b aliasBody) check(f *function) *APIError {
	if v := b.FunctionVersion; v != nil && *v != Latest && f.version(*v) == nil {
		return notFound("Function not found: %s", qualified(f.latest.FunctionArn, *v))
	}
	if d := b.Description; d != nil && len(*d) > 256 {
		return invalid("1 validation error detected: Value at 'description' failed to satisfy constraint: Member must have length less than or equal to 256")
	}
	return nil
}

func (s *Simulator) createAlias(req *request) (response, *APIError) {
	var body aliasBody
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.writable(req)
	if err != nil {
		return response{}, err
	}
	if !aliasName.MatchString(body.Name) || isNumber(body.Name) || body.FunctionVersion == nil {
		return response{}, invalid("1 validation error detected: Value '%s' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)", body.Name)
	}
	if err := body.check(f); err != nil {
		return response{}, err
	}
	arn := qualified(f.latest.FunctionArn, body.Name)
	if _, ok := f.aliases[body.Name]; ok {
		return response{}, conflict("Alias already exists: %s", arn)
	}
	a := Alias{AliasArn: arn, Name: body.Name, FunctionVersion: *body.FunctionVersion, RoutingConfig: body.RoutingConfig, RevisionId: s.newID()}
	set(&a.Description, body.Description)
	f.aliases[a.Name] = a
	return response{status: http.StatusCreated, body: a}, nil
}

func (s *Simulator) updateAlias(req *request) (response, *APIError) {
	var body aliasBody
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, a, err := s.alias(req)
	if err != nil {
		return response{}, err
	}
	if body.RevisionId != nil && *body.RevisionId != a.RevisionId {
		return response{}, preconditionFailed("GetFunction/GetAlias")
	}
	if err := body.check(f); err != nil {
		return response{}, err
	}
	set(&a.FunctionVersion, body.FunctionVersion)
	set(&a.Description, body.Description)
	if body.RoutingConfig != nil {
		a.RoutingConfig = body.RoutingConfig
	}
	a.RevisionId = s.newID()
	f.aliases[a.Name] = a
	return response{status: http.StatusOK, body: a}, nil
}

func (s *Simulator) alias(req *request) (*function, Alias, *APIError) {
	f, err := s.function(req.Function)
	if err != nil {
		return nil, Alias{}, err
	}
	a, ok := f.aliases[req.Alias]
	if !ok {
		return nil, Alias{}, notFound("Cannot find alias arn: %s", qualified(f.latest.FunctionArn, req.Alias))
	}
	return f, a, nil
}

func (s *Simulator) getAlias(req *request) (response, *APIError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, a, err := s.alias(req)
	return response{status: http.StatusOK, body: a}, err
}

// deleteAlias succeeds even if there is none: the API's model has no error for that.
func (s *Simulator) deleteAlias(req *request) (response, *APIError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.function(req.Function)
	if err != nil {
		return response{}, err
	}
	delete(f.aliases, req.Alias)
	return response{status: http.StatusNoContent}, nil
}

func (s *Simulator) listAliases(req *request) (response, *APIError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.function(req.Function)
	if err != nil {
		return response{}, err
	}
	wanted := req.http.URL.Query().Get("FunctionVersion")
	var all []Alias
	for _, name := range slices.Sorted(maps.Keys(f.aliases)) {
		if wanted == "" || f.aliases[name].FunctionVersion == wanted {
			all = append(all, f.aliases[name])
		}
	}
	page, next, err := paginate(s, req, all)
	return response{status: http.StatusOK, body: struct {
		NextMarker string `json:",omitempty"`
		Aliases    []Alias
	}{next, page}}, err
}

// paginate cuts the page out of a list that Marker and MaxItems ask for. A marker is the number of
// entries before the page.
func paginate[T any](s *Simulator, req *request, all []T) (page []T, next string, apiErr *APIError) {
	query := req.http.URL.Query()
	size, start := s.options.PageSize, 0
	if given := query.Get("MaxItems"); given != "" {
		n, err := strconv.Atoi(given)
		if err != nil || n < 1 || n > 10000 {
			return nil, "", invalid("MaxItems must be between 1 and 10000: %s", given)
		}
		size = min(size, n)
	}
	if given := query.Get("Marker"); given != "" {
		n, err := strconv.Atoi(given)
		if err != nil || n < 0 {
			return nil, "", invalid("Invalid marker: %s", given)
		}
		start = min(n, len(all))
	}
	page, next = pageOf(all, start, size)
	return page, next, nil
}

// pageOf cuts a page out of a list. next is where the next one begins, "" if there is none.
func pageOf[T any](all []T, start, size int) (page []T, next string) {
	end := min(start+size, len(all))
	if end < len(all) {
		next = strconv.Itoa(end)
	}
	return all[start:end], next
}
