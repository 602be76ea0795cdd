package statemachine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// reference is a parsed reference path: $.a.b, or $$.a.b from the context object.
type reference struct {
	context bool
	keys    []string
}

func parsePath(text string) (reference, error) {
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return reference{}, fmt.Errorf("%q is not supported: a path begins with $", text)
	}
	rest, context := strings.CutPrefix(rest, "$")
	keys := strings.Split(rest, ".")
	for i, key := range keys {
		if (key == "") != (i == 0) || strings.ContainsAny(key, "[]'*@?()!<>=&| ,") {
			return reference{}, fmt.Errorf("%q is not supported: a path consists of names, each after a dot", text)
		}
	}
	return reference{context, keys[1:]}, nil
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
	for _, key := range r.keys {
		object, _ := value.(map[string]any)
		next, ok := object[key]
		if !ok {
			return nil, false
		}
		value = next
	}
	return value, true
}

// selected applies OutputPath; null selects {}.
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
	return place(input, result, r.keys, p.text)
}

func place(into, result any, keys []string, text string) (any, *Error) {
	if len(keys) == 0 {
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
	inner, err := place(copied[keys[0]], result, keys[1:], text)
	if err != nil {
		return nil, err
	}
	copied[keys[0]] = inner
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
