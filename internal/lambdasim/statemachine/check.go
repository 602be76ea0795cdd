package statemachine

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// checker collects what is wrong with a definition.
type checker struct {
	d        *Definition
	name     string // of the state that is looked at
	problems []string
}

func (c *checker) problem(format string, args ...any) {
	where := "machine"
	if c.name != "" {
		where = fmt.Sprintf("state %q", c.name)
	}
	c.problems = append(c.problems, where+": "+fmt.Sprintf(format, args...))
}

// err returns all problems in one error.
func (c *checker) err() error {
	slices.Sort(c.problems)
	return fmt.Errorf("definition:\n%s", strings.Join(c.problems, "\n"))
}

// workflow checks the states of a machine or of a Map's ItemProcessor.
func (c *checker) workflow(raw any) {
	states := raw.(map[string]any)["States"]
	c.target("StartAt", c.d.StartAt)
	for name, state := range c.d.States {
		c.name = name
		if state == nil {
			c.problem("is null")
			continue
		}
		c.fields(state, states)
		c.state(state)
		if state.ItemProcessor != nil {
			c.processor(state, states.(map[string]any)[name].(map[string]any)["ItemProcessor"])
		}
	}
	c.reachable()
}

// target checks that a transition leads somewhere.
func (c *checker) target(field, name string) {
	if _, ok := c.d.States[name]; !ok {
		c.problem("%s: there is no state %q", field, name)
	}
}

// exact checks that JSON names only fields that the Go type has, in the same case: package json would
// let others pass.
func (c *checker) exact(at string, value any, t reflect.Type) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == reflect.TypeFor[path]() || t == reflect.TypeFor[json.RawMessage]() {
		return
	}
	switch v := value.(type) {
	case map[string]any:
		for key, element := range v {
			switch t.Kind() {
			case reflect.Map:
				c.exact(fmt.Sprintf("%s.%s", at, key), element, t.Elem())
			case reflect.Struct:
				if field, ok := t.FieldByName(key); ok {
					c.exact(at+"."+key, element, field.Type)
					continue
				}
				c.problems = append(c.problems, fmt.Sprintf("%s: field %s is not supported", at, key))
			}
		}
	case []any:
		for i, element := range v {
			c.exact(fmt.Sprintf("%s[%d]", at, i), element, t.Elem())
		}
	}
}

// fields checks that a state has only fields that mean something for its type.
func (c *checker) fields(s *State, states any) {
	allowed, ok := fieldsOf[s.Type]
	if !ok {
		c.problem("type %q is not supported", s.Type)
		return
	}
	for field := range states.(map[string]any)[c.name].(map[string]any) {
		_, known := reflect.TypeFor[State]().FieldByName(field)
		if known && field != "Type" && !slices.Contains(allowed, field) {
			c.problem("a %s state has no field %s", s.Type, field)
		}
	}
}

func (c *checker) state(s *State) {
	if len(c.name) > 80 {
		c.problem("the name is longer than 80 characters")
	}
	if slices.Contains(fieldsOf[s.Type], "Next") {
		switch {
		case s.End == (s.Next != ""):
			c.problem("needs either Next or End")
		case s.Next != "":
			c.target("Next", s.Next)
		}
	}
	if s.OutputPath.set && !s.OutputPath.null {
		c.path("OutputPath", s.OutputPath.text)
	}
	c.resultPath(s.ResultPath)
	c.template("Parameters", s.Parameters)
	c.template("ResultSelector", s.ResultSelector)
	switch s.Type {
	case "Task":
		c.task(s)
	case "Choice":
		c.choice(s)
	case "Wait":
		c.path("SecondsPath", s.SecondsPath)
	case "Fail":
		c.path("ErrorPath", s.ErrorPath)
		c.path("CausePath", s.CausePath)
	case "Map":
		c.distributed(s)
	}
}

func (c *checker) path(field, text string) {
	if _, err := parsePath(text); err != nil {
		c.problem("%s: %v", field, err)
	}
}

func (c *checker) resultPath(p path) {
	if !p.set || p.null {
		return
	}
	parsed, err := parsePath(p.text)
	if err != nil {
		c.problem("ResultPath: %v", err)
		return
	}
	if parsed.context {
		c.problem("ResultPath: %s is not supported", p.text)
	}
}

// template checks the paths of a payload template.
func (c *checker) template(field string, raw json.RawMessage) {
	if raw == nil {
		return
	}
	value, err := decode(raw)
	if err != nil {
		c.problem("%s: %v", field, err)
		return
	}
	c.templateValue(field, value)
}

func (c *checker) templateValue(field string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			at := field + "." + key
			if !strings.HasSuffix(key, ".$") {
				c.templateValue(at, v[key])
				continue
			}
			text, ok := v[key].(string)
			if !ok {
				c.problem("%s: a path is a string", at)
				continue
			}
			c.path(at, text)
		}
	case []any:
		for i, element := range v {
			c.templateValue(fmt.Sprintf("%s[%d]", field, i), element)
		}
	}
}

func (c *checker) task(s *State) {
	if !strings.Contains(s.Resource, ":function:") && s.Resource != startExecution {
		c.problem("Resource %q is not supported", s.Resource)
	}
	if s.TimeoutSeconds < 0 {
		c.problem("TimeoutSeconds is negative")
	}
	for i, r := range s.Retry {
		at := fmt.Sprintf("Retry[%d]", i)
		c.errors(at, r.ErrorEquals, i == len(s.Retry)-1)
		if r.IntervalSeconds != nil && *r.IntervalSeconds < 1 || r.MaxAttempts != nil && *r.MaxAttempts < 0 ||
			r.BackoffRate != nil && *r.BackoffRate < 1 || r.MaxDelaySeconds < 0 {
			c.problem("%s: a number is out of its range", at)
		}
		if r.JitterStrategy != "" && r.JitterStrategy != "NONE" && r.JitterStrategy != "FULL" {
			c.problem("%s: JitterStrategy %q is not NONE or FULL", at, r.JitterStrategy)
		}
	}
	for i, catcher := range s.Catch {
		at := fmt.Sprintf("Catch[%d]", i)
		c.errors(at, catcher.ErrorEquals, i == len(s.Catch)-1)
		c.resultPath(catcher.ResultPath)
		c.target(at+".Next", catcher.Next)
	}
}

// errors checks a list of error names: States.ALL stands alone, in the last entry.
func (c *checker) errors(at string, names []string, last bool) {
	if len(names) == 0 {
		c.problem("%s: ErrorEquals is empty", at)
	}
	if slices.Contains(names, ErrorAll) && (len(names) > 1 || !last) {
		c.problem("%s: States.ALL must stand alone in the last entry", at)
	}
}

// reachable finds states that no transition leads to, which AWS refuses as well.
func (c *checker) reachable() {
	c.name = ""
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		s := c.d.States[name]
		if s == nil || seen[name] {
			return
		}
		seen[name] = true
		visit(s.Next)
		visit(s.Default)
		for _, catcher := range s.Catch {
			visit(catcher.Next)
		}
		for _, rule := range s.Choices {
			visit(rule.Next)
		}
	}
	visit(c.d.StartAt)
	for name := range c.d.States {
		if !seen[name] {
			c.problem("state %q is not reachable", name)
		}
	}
}
