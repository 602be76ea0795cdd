package statemachine

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Rule is a choice rule, or a part of one.
type Rule struct {
	Comment  string
	Next     string
	Variable string
	And, Or  []Rule
	Not      *Rule

	StringEquals             *string
	StringMatches            *string
	NumericEquals            *float64
	NumericLessThan          *float64
	NumericLessThanEquals    *float64
	NumericGreaterThan       *float64
	NumericGreaterThanEquals *float64
	BooleanEquals            *bool
	IsPresent                *bool
	IsNull                   *bool
	IsString                 *bool
	IsNumeric                *bool
	IsBoolean                *bool
}

// comparisons lists the rule's comparisons as functions of the variable's value.
func (r Rule) comparisons() []func(value any) bool {
	var list []func(any) bool
	text := func(expected *string, compare func(value, expected string) bool) {
		if expected != nil {
			list = append(list, func(v any) bool { s, ok := v.(string); return ok && compare(s, *expected) })
		}
	}
	number := func(expected *float64, compare func(value, expected float64) bool) {
		if expected != nil {
			list = append(list, func(v any) bool { f, ok := float(v); return ok && compare(f, *expected) })
		}
	}
	is := func(expected *bool, test func(any) bool) {
		if expected != nil {
			list = append(list, func(v any) bool { return test(v) == *expected })
		}
	}
	text(r.StringEquals, func(v, e string) bool { return v == e })
	text(r.StringMatches, func(v, e string) bool { return wildcard(e).MatchString(v) })
	number(r.NumericEquals, func(v, e float64) bool { return v == e })
	number(r.NumericLessThan, func(v, e float64) bool { return v < e })
	number(r.NumericLessThanEquals, func(v, e float64) bool { return v <= e })
	number(r.NumericGreaterThan, func(v, e float64) bool { return v > e })
	number(r.NumericGreaterThanEquals, func(v, e float64) bool { return v >= e })
	if r.BooleanEquals != nil {
		list = append(list, func(v any) bool { b, ok := v.(bool); return ok && b == *r.BooleanEquals })
	}
	is(r.IsNull, func(v any) bool { return v == nil })
	is(r.IsString, func(v any) bool { _, ok := v.(string); return ok })
	is(r.IsNumeric, func(v any) bool { _, ok := float(v); return ok })
	is(r.IsBoolean, func(v any) bool { _, ok := v.(bool); return ok })
	return list
}

func float(v any) (float64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	f, err := n.Float64()
	return f, err == nil
}

// wildcard is the pattern of a StringMatches: * stands for anything, \* for itself.
func wildcard(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(strings.ReplaceAll(pattern, `\*`, "\x00"))
	quoted = strings.ReplaceAll(strings.ReplaceAll(quoted, `\*`, ".*"), "\x00", `\*`)
	return regexp.MustCompile("(?s)^" + quoted + "$")
}

// matches says whether a rule holds for a state's input.
func (r Rule) matches(d data) (bool, *Error) {
	switch {
	case r.And != nil:
		for _, part := range r.And {
			if ok, err := part.matches(d); err != nil || !ok {
				return false, err
			}
		}
		return true, nil
	case r.Or != nil:
		for _, part := range r.Or {
			if ok, err := part.matches(d); err != nil || ok {
				return ok, err
			}
		}
		return false, nil
	case r.Not != nil:
		ok, err := r.Not.matches(d)
		return !ok, err
	}
	value, present := d.find(r.Variable)
	if r.IsPresent != nil {
		return present == *r.IsPresent, nil
	}
	if !present {
		return false, runtimeError("Invalid path '%s': The choice state's condition path references an invalid value.", r.Variable)
	}
	return r.comparisons()[0](value), nil
}

func (c *checker) choice(s *State) {
	if len(s.Choices) == 0 {
		c.problem("Choices is empty")
	}
	for i, rule := range s.Choices {
		at := fmt.Sprintf("Choices[%d]", i)
		c.target(at+".Next", rule.Next)
		c.rule(at, rule)
	}
	if s.Default != "" {
		c.target("Default", s.Default)
	}
}

// rule checks that a rule compares one thing.
func (c *checker) rule(at string, r Rule) {
	compares := len(r.comparisons())
	if r.IsPresent != nil {
		compares++
	}
	parts := append(append([]Rule{}, r.And...), r.Or...)
	if r.Not != nil {
		parts = append(parts, *r.Not)
	}
	kinds := 0
	for _, is := range []bool{compares > 0, r.And != nil, r.Or != nil, r.Not != nil} {
		if is {
			kinds++
		}
	}
	if kinds != 1 || compares > 1 {
		c.problem("%s: needs one comparison, And, Or or Not", at)
	}
	if compares > 0 {
		c.path(at+".Variable", r.Variable)
	}
	for i, part := range parts {
		if part.Next != "" {
			c.problem("%s: only the outermost rule has a Next", at)
		}
		c.rule(fmt.Sprintf("%s[%d]", at, i), part)
	}
}
