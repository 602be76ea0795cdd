package statemachine

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Resolve turns a DefinitionString as it stands in a CloudFormation template (a string, or Fn::Join,
// Ref and Fn::GetAtt around strings) into text. lookup gives the value of a resource's attribute, of a
// Ref where attribute is empty, and of pseudo parameters (AWS::Partition …) and parameters as Refs.
func Resolve(definition json.RawMessage, lookup func(logicalID, attribute string) (string, error)) (string, error) {
	value, err := decode(definition)
	if err != nil {
		return "", err
	}
	return resolve(value, lookup)
}

func resolve(value any, lookup func(logicalID, attribute string) (string, error)) (string, error) {
	if text, ok := value.(string); ok {
		return text, nil
	}
	object, ok := value.(map[string]any)
	if !ok || len(object) != 1 {
		return "", fmt.Errorf("%s is neither a string nor an intrinsic function", encode(value))
	}
	for name, argument := range object {
		list, _ := argument.([]any)
		switch name {
		case "Ref":
			if id, ok := argument.(string); ok {
				return lookup(id, "")
			}
		case "Fn::GetAtt":
			if len(list) == 2 {
				id, isID := list[0].(string)
				attribute, isAttribute := list[1].(string)
				if isID && isAttribute {
					return lookup(id, attribute)
				}
			}
		case "Fn::Join":
			if len(list) == 2 {
				return join(list, lookup)
			}
		}
	}
	return "", fmt.Errorf("%s is not supported", encode(value))
}

func join(arguments []any, lookup func(logicalID, attribute string) (string, error)) (string, error) {
	separator, ok := arguments[0].(string)
	parts, isList := arguments[1].([]any)
	if !ok || !isList {
		return "", fmt.Errorf("Fn::Join of %s is not supported", encode(arguments))
	}
	texts := make([]string, len(parts))
	for i, part := range parts {
		var err error
		if texts[i], err = resolve(part, lookup); err != nil {
			return "", err
		}
	}
	return strings.Join(texts, separator), nil
}
