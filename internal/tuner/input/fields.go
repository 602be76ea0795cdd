package input

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// fields reads the members of one JSON object of the input. A member that is null counts as not given.
type fields struct {
	path     string
	values   map[string]json.RawMessage
	problems *problems
	warnings *[]string
}

// raw returns a member's text, and whether it was given.
func (f fields) raw(name string) (json.RawMessage, bool) {
	v, ok := f.values[name]
	return v, ok && string(v) != "null"
}

func (f fields) at(name string) string { return f.path + "." + name }

// text reads a string; an empty one counts as not given.
func (f fields) text(name string, into *string) {
	raw, ok := f.raw(name)
	if !ok {
		return
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		f.problems.add(f.at(name), shown(raw), "a string")
		return
	}
	if s != "" {
		*into = s
	}
}

// flag reads a boolean. Anything else counts as JavaScript counts it for AWS Lambda Power Tuning, but for the
// string "false", which is what it says.
func (f fields) flag(name string, into *bool) {
	raw, ok := f.raw(name)
	if !ok {
		return
	}
	if *into = truthy(raw) && string(raw) != `"false"`; json.Unmarshal(raw, new(bool)) != nil {
		*f.warnings = append(*f.warnings, fmt.Sprintf("%s is %s, read as the boolean %t", f.at(name), shown(raw), *into))
	}
}

// share reads a number and moves it into its range. null is 0, as AWS Lambda Power Tuning counts it.
func (f fields) share(name string, into *float64, most float64, allowed string) {
	if string(f.values[name]) == "null" {
		*into = 0
		*f.warnings = append(*f.warnings, fmt.Sprintf("%s is null, read as 0; leave it out for the default", f.at(name)))
	}
	if v, ok := f.number(name, math.Inf(-1), math.Inf(1), allowed); ok {
		*into = min(max(v, 0), most)
	}
}

// number reads a number within bounds; it may be given as a string.
func (f fields) number(name string, low, high float64, allowed string) (float64, bool) {
	raw, ok := f.raw(name)
	if !ok {
		return 0, false
	}
	v, ok := numeric(raw)
	if !ok || v < low || v > high {
		f.problems.add(f.at(name), shown(raw), "%s", allowed)
		return 0, false
	}
	return v, true
}

// whole reads a whole number within bounds. A fraction is cut off, as AWS Lambda Power Tuning does.
func (f fields) whole(name string, low, high int, allowed string) (int, bool) {
	v, ok := f.number(name, float64(low), math.Nextafter(float64(high)+1, 0), allowed)
	if !ok {
		return 0, false
	}
	if v != math.Trunc(v) {
		*f.warnings = append(*f.warnings, fmt.Sprintf("%s is %v, read as %v", f.at(name), v, math.Trunc(v)))
	}
	return int(v), true
}

// numeric reads a number, or a string that holds one and nothing else.
func numeric(raw json.RawMessage) (float64, bool) {
	var v float64
	if json.Unmarshal(raw, &v) == nil && string(raw) != "null" {
		return v, true
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return 0, false
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// truthy reports whether JavaScript counts a value as true: everything but null, false, 0 and "".
func truthy(raw json.RawMessage) bool {
	var v any
	if len(raw) == 0 || json.Unmarshal(raw, &v) != nil {
		return false
	}
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case float64:
		return v != 0
	case string:
		return v != ""
	}
	return true
}

// object reads a JSON object's members; ok is false if it is something else.
func object(raw json.RawMessage) (members map[string]json.RawMessage, ok bool) {
	return members, json.Unmarshal(raw, &members) == nil && members != nil
}
