package statemachine

import (
	"encoding/json"
	"fmt"
)

// Rule is a choice rule: one comparison of a variable.
type Rule struct {
	Next     string
	Variable string

	StringEquals             *string
	NumericEquals            *float64
	NumericLessThan          *float64
	NumericLessThanEquals    *float64
	NumericGreaterThan       *float64
	NumericGreaterThanEquals *float64
}

// comparisons returns the rule's comparisons as functions of the variable's value.
func (r Rule) comparisons() []func(value any) bool {
	var list []func(any) bool
	number := func(expected *float64, compare func(value, expected float64) bool) {
		if expected != nil {
			list = append(list, func(v any) bool { f, ok := float(v); return ok && compare(f, *expected) })
		}
	}
	if r.StringEquals != nil {
		list = append(list, func(v any) bool { s, ok := v.(string); return ok && s == *r.StringEquals })
	}
	number(r.NumericEquals, func(v, e float64) bool { return v == e })
	number(r.NumericLessThan, func(v, e float64) bool { return v < e })
	number(r.NumericLessThanEquals, func(v, e float64) bool { return v <= e })
	number(r.NumericGreaterThan, func(v, e float64) bool { return v > e })
	number(r.NumericGreaterThanEquals, func(v, e float64) bool { return v >= e })
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

// matches reports whether the rule holds for a state's input.
func (r Rule) matches(d data) (bool, *Error) {
	value, present := d.find(r.Variable)
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
		c.path(at+".Variable", rule.Variable)
		if len(rule.comparisons()) != 1 {
			c.problem("%s: needs one comparison", at)
		}
	}
	if s.Default != "" {
		c.target("Default", s.Default)
	}
}
