package statemachine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// reference is a parsed reference path: $.a.b, $['a b'], $.a[0], or the same from $$, the context.
type reference struct {
	context bool
	steps   []pathStep
}

type pathStep struct {
	key     string
	index   int
	isIndex bool
}

func parsePath(text string) (reference, error) {
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return reference{}, fmt.Errorf("%q is not supported: a path begins with $", text)
	}
	var r reference
	if after, isContext := strings.CutPrefix(rest, "$"); isContext {
		r.context, rest = true, after
	}
	for rest != "" {
		var step pathStep
		switch {
		case strings.HasPrefix(rest, "['"):
			key, after, closed := strings.Cut(rest[2:], "']")
			if !closed {
				return reference{}, fmt.Errorf("%q: ' is not closed", text)
			}
			step.key, rest = key, after
		case rest[0] == '[':
			number, after, closed := strings.Cut(rest[1:], "]")
			index, err := strconv.Atoi(number)
			if !closed || err != nil || index < 0 {
				return reference{}, fmt.Errorf("%q: only one element can be selected", text)
			}
			step.index, step.isIndex, rest = index, true, after
		case rest[0] == '.':
			end := strings.IndexAny(rest[1:], ".[")
			if end < 0 {
				end = len(rest) - 1
			}
			step.key, rest = rest[1:end+1], rest[end+1:]
			if step.key == "" || strings.ContainsAny(step.key, "*@?()!<>=&| ,") {
				return reference{}, fmt.Errorf("%q is not a reference path", text)
			}
		default:
			return reference{}, fmt.Errorf("%q is not a reference path", text)
		}
		r.steps = append(r.steps, step)
	}
	return r, nil
}

// data is what paths are looked up in: a state's data and the context object.
type data struct {
	value   any
	context map[string]any
}

// find looks a path up that Parse has checked.
func (d data) find(text string) (any, bool) {
	r, err := parsePath(text)
	if err != nil {
		panic(err)
	}
	value := d.value
	if r.context {
		value = d.context
	}
	for _, step := range r.steps {
		switch v := value.(type) {
		case map[string]any:
			next, ok := v[step.key]
			if !ok || step.isIndex {
				return nil, false
			}
			value = next
		case []any:
			if !step.isIndex || step.index >= len(v) {
				return nil, false
			}
			value = v[step.index]
		default:
			return nil, false
		}
	}
	return value, true
}

// select applies InputPath or OutputPath; null selects {}.
func (d data) selected(p path) (any, *Error) {
	if p.null {
		return map[string]any{}, nil
	}
	value, ok := d.find(p.orWhole())
	if !ok {
		return nil, runtimeError("Invalid path '%s': No results for path: %s", p.text, p.text)
	}
	return value, nil
}

// fill replaces the paths of a payload template by what they point to.
func (d data) fill(template any) (any, *Error) {
	switch v := template.(type) {
	case map[string]any:
		filled := make(map[string]any, len(v))
		for key, element := range v {
			name, isPath := strings.CutSuffix(key, ".$")
			if !isPath {
				value, err := d.fill(element)
				if err != nil {
					return nil, err
				}
				filled[key] = value
				continue
			}
			value, ok := d.find(element.(string))
			if !ok {
				return nil, runtimeError("The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'", element, key, encode(d.value))
			}
			filled[name] = value
		}
		return filled, nil
	case []any:
		filled := make([]any, len(v))
		for i, element := range v {
			value, err := d.fill(element)
			if err != nil {
				return nil, err
			}
			filled[i] = value
		}
		return filled, nil
	}
	return template, nil
}

// placed combines a state's input and result by ResultPath. The input is left as it is.
func placed(input, result any, p path) (any, *Error) {
	if p.null {
		return input, nil
	}
	r, err := parsePath(p.orWhole())
	if err != nil {
		panic(err) // Parse has checked it
	}
	return place(input, result, r.steps, p.text)
}

func place(into, result any, steps []pathStep, text string) (any, *Error) {
	if len(steps) == 0 {
		return result, nil
	}
	object, ok := into.(map[string]any)
	if !ok && into != nil {
		return nil, &Error{Name: ErrorResultPath, Cause: fmt.Sprintf("Unable to apply ReferencePath %s to input", text)}
	}
	copied := maps.Clone(object)
	if copied == nil {
		copied = map[string]any{}
	}
	inner, err := place(copied[steps[0].key], result, steps[1:], text)
	if err != nil {
		return nil, err
	}
	copied[steps[0].key] = inner
	return copied, nil
}

// decode reads JSON; numbers keep their digits.
func decode(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if decoder.More() {
		return nil, fmt.Errorf("more than one JSON value")
	}
	return value, nil
}

// encode writes JSON without escaping what only HTML needs escaped.
func encode(value any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // values come from decode
	}
	return strings.TrimSuffix(b.String(), "\n")
}
