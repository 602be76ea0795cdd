package cfn

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Document is a template as it is written.
type Document struct {
	Resources                    map[string]json.RawMessage
	Outputs, Parameters, Globals map[string]any
	Transform                    any
	// Included is what AWS::Include adds to the template itself.
	Included any `json:"Fn::Transform"`
}

// Read reads a template in JSON or YAML. It returns nil for what is no template.
func Read(path string) (*Document, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	d, err := parse(text, isJSON(path, text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return d, nil
}

func parse(text []byte, isJSON bool) (*Document, error) {
	if isJSON {
		text, isJSON = answered(text)
	}
	if !isJSON {
		var err error
		if text, err = yamlToJSON(text); err != nil {
			return nil, err
		}
	}
	var read Document
	if err := json.Unmarshal(text, &read); err != nil {
		if _, is := errors.AsType[*json.UnmarshalTypeError](err); is {
			return nil, nil
		}
		return nil, err
	}
	if read.Resources == nil {
		return nil, nil
	}
	return &read, nil
}

// answered returns the template in an answer of GetTemplate, which has it as an object or as the text that it was given, and
// whether that is JSON; what is no answer it returns as it is.
func answered(text []byte) (template []byte, isJSON bool) {
	var answer struct{ TemplateBody json.RawMessage }
	if json.Unmarshal(text, &answer) == nil && answer.TemplateBody != nil {
		text = answer.TemplateBody
	}
	var written string
	if json.Unmarshal(text, &written) == nil {
		return []byte(written), looksLikeJSON([]byte(written))
	}
	return text, true
}

// isJSON goes by the file's name, or by its first character.
func isJSON(path string, content []byte) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".json":
		return true
	case ".yaml", ".yml":
		return false
	}
	return looksLikeJSON(content)
}

func looksLikeJSON(content []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(content), []byte("{"))
}
