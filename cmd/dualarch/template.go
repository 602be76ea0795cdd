package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/cfn"
	"github.com/dualarch/dualarch/internal/guard"
)

// template is a CloudFormation or SAM template and where it lies: its assets lie beside
// it.
type template struct {
	path      string
	Resources map[string]resource
	Outputs   map[string]any
	// parameters and globals, SAM's for all resources of a type, as the template has them.
	parameters, globals map[string]any
	// macros are what makes resources when it is deployed, each with why it is not looked
	// into.
	macros map[string]string
}

// resource is what matters of a function, a layer version or a nested stack.
type resource struct {
	Type       string
	Properties struct {
		guard.Properties
		CompatibleArchitectures any
		Content                 struct{ S3Key any }
		Parameters              map[string]any
	}
	Metadata map[string]any
	// kind is the type that the template gives, which is another one for SAM's resources.
	kind string
	// files are what it names beside the template, nil if it names an asset or a bucket.
	files *localFiles
	// notes are what is not known of it.
	notes []string
}

const (
	functionType = cfn.FunctionType
	layerType    = "AWS::Lambda::LayerVersion"
	stackType    = cfn.StackType
)

// readTemplate reads JSON or YAML. It returns nil for what is no template.
func readTemplate(path string) (*template, error) {
	read, err := cfn.Read(path)
	if read == nil || err != nil {
		return nil, err
	}
	t := &template{path: path, Resources: map[string]resource{}, Outputs: read.Outputs, parameters: read.Parameters, globals: read.Globals, macros: map[string]string{}}
	for _, id := range slices.Sorted(maps.Keys(read.Resources)) {
		if err := t.add(id, read.Resources[id]); err != nil {
			return nil, fmt.Errorf("%s: resource %s: %w", path, id, err)
		}
	}
	return t, nil
}

// add reads what resource is for only: others have properties of the same names that
// are of other kinds.
func (t *template) add(id string, text json.RawMessage) error {
	if strings.HasPrefix(id, "Fn::") {
		return t.addMacro(id, text)
	}
	var head struct {
		Type     string
		Metadata any
	}
	if json.Unmarshal(text, &head) != nil {
		return nil // CloudFormation refuses it
	}
	switch {
	case packageable[head.Type] != "":
		return t.addReadable(id, head.Type, text)
	case guard.UncheckedType(head.Type) != "":
		metadata, _ := head.Metadata.(map[string]any)
		t.Resources[id] = resource{Type: head.Type, kind: head.Type, Metadata: metadata}
	}
	return nil
}

// addReadable reads a resource that is looked into.
func (t *template) addReadable(id, kind string, text json.RawMessage) error {
	var given raw
	err := json.Unmarshal(text, &given)
	r := resource{kind: kind}
	if err == nil {
		var as raw
		as, r.files, r.notes = t.localised(given)
		if text, err = json.Marshal(as); err == nil {
			err = json.Unmarshal(text, &r)
		}
	}
	t.Resources[id] = r
	if wrong, is := errors.AsType[*json.UnmarshalTypeError](err); is {
		return fmt.Errorf("it has a %s where an %s has an object", wrong.Value, kind)
	}
	return err
}

// addMacro notes a loop (Fn::ForEach) that makes resources with code for Lambda, and an
// inclusion (Fn::Transform), which can.
func (t *template) addMacro(id string, text json.RawMessage) error {
	var body any
	if err := json.Unmarshal(text, &body); err != nil {
		return err
	}
	if !strings.HasPrefix(id, "Fn::ForEach") {
		t.macros[id] = "what it includes is only known at deployment"
		return nil
	}
	for _, name := range typesIn(body) {
		if packageable[name] != "" || guard.UncheckedType(name) != "" {
			t.macros[id] = "the " + name + " resources of the loop are only known at deployment"
			return nil
		}
	}
	return nil
}

// typesIn returns the types of the resources in a loop's body, nested loops included.
func typesIn(value any) []string {
	var types []string
	switch v := value.(type) {
	case []any:
		for _, inner := range v {
			types = append(types, typesIn(inner)...)
		}
	case map[string]any:
		if name, is := v["Type"].(string); is {
			return []string{name}
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			types = append(types, typesIn(v[key])...)
		}
	}
	return types
}

func (t *template) ids(kind string) []string {
	var ids []string
	for id, r := range t.Resources {
		if r.Type == kind {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// name returns the resource's path in the CDK app, if the template has it.
func (t *template) name(id string) string {
	if name, ok := t.Resources[id].Metadata["aws:cdk:path"].(string); ok {
		return strings.TrimSuffix(name, "/Resource")
	}
	return strings.TrimSuffix(filepath.Base(t.path), ".template.json") + "/" + id
}

// asset returns where a resource's files are, or why they are nowhere.
func (t *template) asset(r resource, hash string) (path, opaque string, err error) {
	if r.files != nil {
		return r.files.path, r.files.opaque, nil
	}
	if name, ok := r.Metadata["aws:asset:path"].(string); ok {
		path := t.beside(name)
		if _, err := os.Stat(path); err != nil {
			return "", "", fmt.Errorf("%s: its asset is not there: %w", t.path, err)
		}
		return path, "", nil
	}
	if path = guard.StagedAsset(hash, filepath.Dir(t.path)); path == "" {
		return "", guard.InBucket, nil
	}
	return path, "", nil
}

// output returns the value of an output by its attribute of a nested stack: "Outputs.Layer".
func (t *template) output(attribute string) any {
	output, _ := t.Outputs[strings.TrimPrefix(attribute, "Outputs.")].(map[string]any)
	return output["Value"]
}
