package input

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/tuner/input/lenient"
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
	if *into = lenient.Truthy(raw) && string(raw) != `"false"`; json.Unmarshal(raw, new(bool)) != nil {
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
	v, ok := lenient.Number(raw)
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

// unknown reports members that no field has. In the input itself an unknown one is only warned of, because inputs that
// people keep carry old fields; but one that resembles a known field is refused, because its value would silently not
// count.
func (f fields) unknown(known []string, refuse bool) {
	for _, name := range slices.Sorted(maps.Keys(f.values)) {
		if slices.Contains(known, name) {
			continue
		}
		switch meant := lenient.Name(name, known); {
		case meant != "":
			f.problems.add(f.at(name), "an unknown field", "%q, which it resembles", meant)
		case refuse:
			f.problems.add(f.at(name), "an unknown field", "%s", strings.Join(known, ", "))
		default:
			*f.warnings = append(*f.warnings, f.at(name)+" is not a field of the input and was ignored")
		}
	}
}
