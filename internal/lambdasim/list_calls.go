package lambdasim

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// listFunctions lists $LATEST of each function or, if FunctionVersion is ALL, every version: then $LATEST has its
// qualifier in its ARN too. States are not shown.
func (s *Simulator) listFunctions(req *request) (response, *APIError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	every := req.http.URL.Query().Get("FunctionVersion") == "ALL" && !s.latestOnly
	var all []*Configuration
	for _, name := range slices.Sorted(maps.Keys(s.functions)) {
		f := s.functions[name]
		all = append(all, &f.latest)
		for _, v := range f.versions {
			if every {
				all = append(all, &v.configuration)
			}
		}
	}
	page, next, err := paginate(s, req, all)
	shown := make([]Configuration, len(page))
	for i, c := range page {
		shown[i] = c.clone()
		if every && c.Version == Latest {
			shown[i].FunctionArn = qualified(c.FunctionArn, Latest)
		}
		shown[i].State, shown[i].StateReason, shown[i].StateReasonCode = "", "", ""
		shown[i].LastUpdateStatus, shown[i].LastUpdateStatusReason, shown[i].LastUpdateStatusReasonCode = "", "", ""
	}
	return response{status: http.StatusOK, body: struct {
		NextMarker string `json:",omitempty"`
		Functions  []Configuration
	}{next, shown}}, err
}

// SetTags gives a function its tags.
func (s *Simulator) SetTags(name string, tags map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustFunction(name).tags = maps.Clone(tags)
}

// getResources lists the tagged functions, those with all of the tags that are asked for.
func (s *Simulator) getResources(req *request) (response, *APIError) {
	var body struct {
		ResourcesPerPage int
		PaginationToken  string
		TagFilters       []struct {
			Key    string
			Values []string
		}
	}
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	req.Resource = "*"
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.functions)) {
		f := s.functions[name]
		matches := len(f.tags) > 0
		for _, filter := range body.TagFilters {
			value, has := f.tags[filter.Key]
			matches = matches && has && (len(filter.Values) == 0 || slices.Contains(filter.Values, value))
		}
		if !matches {
			continue
		}
		tags := []map[string]string{}
		for _, key := range slices.Sorted(maps.Keys(f.tags)) {
			tags = append(tags, map[string]string{"Key": key, "Value": f.tags[key]})
		}
		all = append(all, map[string]any{"ResourceARN": f.latest.FunctionArn, "Tags": tags})
	}
	size, start := 50, 0
	if body.ResourcesPerPage > 0 {
		size = min(body.ResourcesPerPage, 100)
	}
	if body.PaginationToken != "" {
		var err error
		if start, err = strconv.Atoi(body.PaginationToken); err != nil || start < 0 {
			return response{}, statesError("PaginationTokenExpiredException", "The specified pagination token has expired.")
		}
	}
	start = min(start, len(all))
	end, next := min(start+size, len(all)), ""
	if end < len(all) {
		next = strconv.Itoa(end)
	}
	return response{status: http.StatusOK, body: map[string]any{"ResourceTagMappingList": all[start:end], "PaginationToken": next}}, nil
}

// IgnoreAllVersions has ListFunctions ignore FunctionVersion, as some emulators do.
func (s *Simulator) IgnoreAllVersions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latestOnly = true
}
