package lambdasim

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// logEvent is one event of a log stream.
type logEvent struct {
	at      time.Time
	stream  string
	message string
}

// record writes what an invocation logs; nobody finds it before its time has come.
func (f *function) record(r *run) {
	for _, l := range r.logged {
		f.log = append(f.log, logEvent{at: l.at, stream: r.stream, message: l.text + "\n"})
	}
}

// filterBody is what FilterLogEvents is sent. Times are milliseconds since 1970.
type filterBody struct {
	LogGroupName, LogGroupIdentifier string
	LogStreamNames                   []string
	LogStreamNamePrefix              string
	StartTime, EndTime               *int64
	FilterPattern                    string
	Limit                            int
	NextToken                        string
}

type filteredEvent struct {
	EventID       string `json:"eventId"`
	IngestionTime int64  `json:"ingestionTime"`
	LogStreamName string `json:"logStreamName"`
	Message       string `json:"message"`
	Timestamp     int64  `json:"timestamp"`
}

// filterLogEvents finds events in order of time. As on AWS a page may be empty and still have a next
// one: here the first page of every search is, so that no caller forgets to go on.
func (s *Simulator) filterLogEvents(req *request) (response, *APIError) {
	var body filterBody
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	group := body.LogGroupName
	if group == "" {
		_, group, _ = strings.Cut(body.LogGroupIdentifier, ":log-group:")
	}
	req.Resource = "arn:aws:logs:" + s.options.Region + ":" + s.options.Account + ":log-group:" + group + ":*"
	if len(body.LogStreamNames) > 0 && body.LogStreamNamePrefix != "" {
		return response{}, badParameter("LogStreamNames and LogStreamNamePrefix are mutually exclusive")
	}
	matches, err := parseFilterPattern(body.FilterPattern)
	if err != nil {
		return response{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.search(group, body, matches)
	if !ok {
		return response{}, &APIError{Status: http.StatusBadRequest, Code: "ResourceNotFoundException", Message: "The specified log group does not exist."}
	}
	size := 10000
	if body.Limit > 0 {
		size = min(size, body.Limit)
	}
	answer := struct {
		Events             []filteredEvent `json:"events"`
		NextToken          string          `json:"nextToken,omitempty"`
		SearchedLogStreams []string        `json:"searchedLogStreams"`
	}{Events: []filteredEvent{}, SearchedLogStreams: []string{}}
	if body.NextToken == "" {
		answer.NextToken = "0"
		return response{status: http.StatusOK, body: answer}, nil
	}
	start, numberErr := strconv.Atoi(body.NextToken)
	if numberErr != nil || start < 0 {
		return response{}, badParameter("The specified nextToken is invalid.")
	}
	end := min(start+size, len(found))
	if start < end {
		answer.Events = found[start:end]
	}
	if end < len(found) {
		answer.NextToken = strconv.Itoa(end)
	}
	return response{status: http.StatusOK, body: answer}, nil
}

// search finds the events that have been ingested; ok is whether the group exists.
func (s *Simulator) search(group string, body filterBody, matches func(string) bool) (found []filteredEvent, ok bool) {
	now := time.Now()
	for _, f := range s.functions {
		if f.latest.LoggingConfig.LogGroup != group {
			continue
		}
		ok = true
		for i, e := range f.log {
			at := e.at.UnixMilli()
			switch {
			case now.Before(e.at.Add(s.options.IngestionTime)),
				body.StartTime != nil && at < *body.StartTime,
				body.EndTime != nil && at >= *body.EndTime,
				!strings.HasPrefix(e.stream, body.LogStreamNamePrefix),
				len(body.LogStreamNames) > 0 && !slices.Contains(body.LogStreamNames, e.stream),
				!matches(e.message):
				continue
			}
			found = append(found, filteredEvent{
				EventID: strconv.Itoa(i), IngestionTime: e.at.Add(s.options.IngestionTime).UnixMilli(),
				LogStreamName: e.stream, Message: e.message, Timestamp: at,
			})
		}
	}
	slices.SortStableFunc(found, func(a, b filteredEvent) int { return cmp.Compare(a.Timestamp, b.Timestamp) })
	return found, ok
}

// parseFilterPattern understands terms ("REPORT", "\"quoted words\"", "-excluded", "?either ?or");
// all must be there. Patterns of fields are refused.
func parseFilterPattern(pattern string) (func(string) bool, *APIError) {
	if strings.HasPrefix(strings.TrimSpace(pattern), "{") || strings.HasPrefix(strings.TrimSpace(pattern), "[") {
		return nil, badParameter("lambdasim knows filter patterns of terms only: " + pattern)
	}
	var all, none, either []string
	rest := pattern
	for {
		if rest = strings.TrimSpace(rest); rest == "" {
			break
		}
		list := &all
		switch rest[0] {
		case '-':
			list, rest = &none, rest[1:]
		case '?':
			list, rest = &either, rest[1:]
		}
		var term string
		if quoted, isQuoted := strings.CutPrefix(rest, `"`); isQuoted {
			var closed bool
			if term, rest, closed = strings.Cut(quoted, `"`); !closed {
				return nil, badParameter("Invalid filter pattern")
			}
		} else {
			term, rest, _ = strings.Cut(rest, " ")
		}
		*list = append(*list, term)
	}
	contains := func(message string) func(string) bool {
		return func(term string) bool { return strings.Contains(message, term) }
	}
	return func(message string) bool {
		has := contains(message)
		return !slices.ContainsFunc(all, func(t string) bool { return !has(t) }) && !slices.ContainsFunc(none, has) &&
			(len(either) == 0 || slices.ContainsFunc(either, has))
	}, nil
}

func badParameter(message string) *APIError {
	return &APIError{Status: http.StatusBadRequest, Code: "InvalidParameterException", Message: message}
}
