package cfn

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxNodes bounds a template in YAML with its aliases written out: CloudFormation takes 1
// MB, in which a million values do not fit.
const maxNodes = 1_000_000

// yamlToJSON writes a template in YAML as the JSON that means the same: the short forms
// of the intrinsic functions, !Ref and !GetAtt a.b, as {"Ref": …} and {"Fn::GetAtt": ["a", "b"]}.
func yamlToJSON(text []byte) ([]byte, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	if len(document.Content) == 0 {
		return []byte("null"), nil
	}
	left := maxNodes
	value, err := fromYAML(document.Content[0], &left)
	if err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

// fromYAML is a node's value as encoding/json would give it.
func fromYAML(node *yaml.Node, left *int) (any, error) {
	if *left--; *left < 0 {
		return nil, fmt.Errorf("line %d: it has more than %d values with its aliases", node.Line, maxNodes)
	}
	if node.Kind == yaml.AliasNode {
		return fromYAML(node.Alias, left)
	}
	value, err := plainYAML(node, left)
	if err != nil {
		return nil, err
	}
	name, is := strings.CutPrefix(node.Tag, "!")
	if !is || strings.HasPrefix(node.Tag, "!!") || name == "" {
		return value, nil
	}
	switch name {
	case "Ref", "Condition":
		return map[string]any{name: value}, nil
	case "GetAtt":
		if path, is := value.(string); is {
			resource, attribute, _ := strings.Cut(path, ".")
			value = []any{resource, attribute}
		}
	}
	return map[string]any{"Fn::" + name: value}, nil
}

// plainYAML is a node's value without what its tag makes of it.
func plainYAML(node *yaml.Node, left *int) (any, error) {
	switch node.Kind {
	case yaml.MappingNode:
		return mappingOfYAML(node, left)
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range node.Content {
			value, err := fromYAML(item, left)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	}
	return scalarOfYAML(node), nil
}

func mappingOfYAML(node *yaml.Node, left *int) (any, error) {
	own := map[string]any{}
	merged := map[string]any{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		value, err := fromYAML(node.Content[i+1], left)
		if err != nil {
			return nil, err
		}
		if key.Tag != "!!merge" {
			own[key.Value] = value
			continue
		}
		if err := merge(merged, value); err != nil {
			return nil, fmt.Errorf("line %d: %w", key.Line, err)
		}
	}
	for key, value := range merged {
		if _, given := own[key]; !given {
			own[key] = value
		}
	}
	return own, nil
}

// merge adds the mappings that "<<" names; the first that has a key gives its value.
func merge(into map[string]any, from any) error {
	switch v := from.(type) {
	case map[string]any:
		for key, value := range v {
			if _, given := into[key]; !given {
				into[key] = value
			}
		}
		return nil
	case []any:
		for _, one := range v {
			if err := merge(into, one); err != nil {
				return err
			}
		}
		return nil
	}
	return errors.New("<< names something that is no mapping")
}

// scalarOfYAML keeps everything but numbers, truth and null as text: a date in a template
// is a string.
func scalarOfYAML(node *yaml.Node) any {
	switch node.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		var truth bool
		if node.Decode(&truth) == nil {
			return truth
		}
	case "!!int":
		if n, err := strconv.ParseInt(node.Value, 10, 53); err == nil {
			return n
		}
	case "!!float":
		if json.Valid([]byte(node.Value)) {
			return json.Number(node.Value)
		}
	}
	return node.Value
}
