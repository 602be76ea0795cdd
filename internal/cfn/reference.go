package cfn

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Reference is a resource or parameter that a value of a template refers to. Attribute is "" for Ref.
type Reference struct{ ID, Attribute string }

// Use is a place in a value, and what it refers to.
type Use struct {
	At string // "Targets[0].Arn"
	Reference
	// Import is the name of another stack's export, nil if Reference says what is used.
	Import any
}

// References returns what a value refers to, in the order of the properties.
func References(value any) []Use {
	var uses []Use
	walk("", value, func(use Use) { uses = append(uses, use) })
	return uses
}

func walk(at string, value any, visit func(Use)) {
	switch v := value.(type) {
	case []any:
		for i, one := range v {
			walk(fmt.Sprintf("%s[%d]", at, i), one, visit)
		}
	case map[string]any:
		if name, is := v["Fn::ImportValue"]; is && len(v) == 1 {
			visit(Use{At: at, Import: name})
			return
		}
		if found := intrinsic(v); found != nil && len(v) == 1 {
			for _, reference := range found {
				visit(Use{At: at, Reference: reference})
			}
			walkArguments(at, v, visit)
			return
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			below := at
			if !strings.HasPrefix(key, "Fn::") {
				below = strings.TrimPrefix(at+"."+key, ".")
			}
			walk(below, v[key], visit)
		}
	}
}

// walkArguments visits the values that Fn::Sub is given.
func walkArguments(at string, function map[string]any, visit func(Use)) {
	if list, is := function["Fn::Sub"].([]any); is && len(list) == 2 {
		if values, is := list[1].(map[string]any); is {
			for _, key := range slices.Sorted(maps.Keys(values)) {
				walk(at, values[key], visit)
			}
		}
	}
}

// intrinsic returns what Ref, Fn::GetAtt or Fn::Sub refer to, nil for everything else.
func intrinsic(v map[string]any) []Reference {
	if id, is := v["Ref"].(string); is {
		return []Reference{{ID: id}}
	}
	if id, attribute, is := Attribute(v); is {
		return []Reference{{id, attribute}}
	}
	switch sub := v["Fn::Sub"].(type) {
	case string:
		return substituted(sub, nil)
	case []any:
		if len(sub) == 2 {
			text, _ := sub[0].(string)
			values, _ := sub[1].(map[string]any)
			return substituted(text, values)
		}
	}
	return nil
}

// Attribute reads Fn::GetAtt, of which YAML has a form in one string.
func Attribute(value map[string]any) (id, name string, is bool) {
	switch path := value["Fn::GetAtt"].(type) {
	case string:
		return strings.Cut(path, ".")
	case []any:
		if len(path) == 2 {
			id, _ = path[0].(string)
			name, is = path[1].(string)
		}
	}
	return id, name, is
}

var variable = regexp.MustCompile(`\$\{([^!}][^}]*)\}`)

// substituted returns what the variables of Fn::Sub refer to, but for those that are given beside it.
func substituted(text string, given map[string]any) []Reference {
	found := []Reference{}
	for _, match := range variable.FindAllStringSubmatch(text, -1) {
		name := strings.TrimSpace(match[1])
		if _, own := given[name]; own {
			continue
		}
		id, attribute, _ := strings.Cut(name, ".")
		found = append(found, Reference{id, attribute})
	}
	return found
}
