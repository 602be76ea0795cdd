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

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/guard"
)

// template is a synthesized CloudFormation template and where it lies: its assets
// lie beside it.
type template struct {
	path      string
	Resources map[string]resource
	Outputs   map[string]any
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
}

const (
	functionType = "AWS::Lambda::Function"
	layerType    = "AWS::Lambda::LayerVersion"
	stackType    = "AWS::CloudFormation::Stack"
)

// readTemplate returns nil for JSON that is no template.
func readTemplate(path string) (*template, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var read struct {
		Resources map[string]json.RawMessage
		Outputs   map[string]any
	}
	if err := json.Unmarshal(b, &read); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return nil, nil
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if read.Resources == nil {
		return nil, nil
	}
	t := &template{path: path, Resources: map[string]resource{}, Outputs: read.Outputs}
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
	var kind struct{ Type string }
	if json.Unmarshal(text, &kind) != nil || !slices.Contains([]string{functionType, layerType, stackType}, kind.Type) {
		return nil // a loop (Fn::ForEach) has no type
	}
	var r resource
	err := json.Unmarshal(text, &r)
	t.Resources[id] = r
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return fmt.Errorf("it has a %s where an %s has an object", wrong.Value, kind.Type)
	}
	return err
}

// of are a template's functions with code of their own and its layers, each layer for
// the functions that use it, each image with the platform that it is built for.
func (a assembly) of(t *template, users map[layerID][]binarch.Target, platforms map[string]string, targets []binarch.Target, asked bool) ([]subject, error) {
	var subjects []subject
	for _, id := range t.ids(functionType) {
		r := t.Resources[id]
		s := subject{name: t.name(id), targets: r.targets(targets, asked), template: t.path}
		for _, layer := range r.layers() {
			if arn, known := guard.Flat(layer); known {
				s.arns = append(s.arns, arn)
			}
		}
		var err error
		if s.path, err = t.asset(r, r.Properties.AssetHash()); err != nil {
			return nil, err
		}
		if r.Properties.Code.ImageUri != nil && guard.IsFolder(s.path) {
			if s.image = guard.ImageOptions(r.Metadata); s.image == nil {
				s.path = ""
			} else if !asked { // a move is one of the platform too
				s.image.Platform = platforms[r.Properties.AssetHash()]
			}
		}
		if s.path != "" || len(s.checkNames()) > 0 {
			subjects = append(subjects, s)
		}
	}
	for _, id := range t.ids(layerType) {
		r := t.Resources[id]
		used := users[layerID{t, id}]
		if used == nil {
			used = r.compatible(targets)
		}
		key, _ := guard.Flat(r.Properties.Content.S3Key)
		path, err := t.asset(r, guard.AssetHash(key))
		if err != nil {
			return nil, err
		}
		if path != "" {
			subjects = append(subjects, subject{name: t.name(id), path: path, targets: used})
		}
	}
	return subjects, nil
}

// layers of a function, as the template refers to them.
func (r resource) layers() []any {
	layers, _ := r.Properties.Layers.([]any)
	return layers
}

// targets of a function: what the template says, with the architectures asked for, or
// where only the deployment knows.
func (r resource) targets(asking []binarch.Target, asked bool) []binarch.Target {
	target := r.Properties.Target()
	if !asked && target.Architecture != "" {
		return []binarch.Target{target}
	}
	own := slices.Clone(asking)
	for i := range own {
		own[i].Runtime = target.Runtime
	}
	return own
}

// compatible are the targets of a layer that no function of its app uses.
func (r resource) compatible(asking []binarch.Target) []binarch.Target {
	var own []binarch.Target
	listed, _ := r.Properties.CompatibleArchitectures.([]any)
	for _, target := range asking {
		target.Layer = true
		if len(listed) == 0 || slices.Contains(listed, any(string(target.Architecture))) {
			own = append(own, target)
		}
	}
	return own
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

// name is the resource's path in the CDK app where the template has it.
func (t *template) name(id string) string {
	if name, ok := t.Resources[id].Metadata["aws:cdk:path"].(string); ok {
		return strings.TrimSuffix(name, "/Resource")
	}
	return strings.TrimSuffix(filepath.Base(t.path), ".template.json") + "/" + id
}

// asset is where a resource's files lie, "" where it has none: inline code, or an
// object that somebody else uploads.
func (t *template) asset(r resource, hash string) (string, error) {
	dir := filepath.Dir(t.path)
	if name, ok := r.Metadata["aws:asset:path"].(string); ok {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if filepath.IsAbs(name) {
			path = name
		}
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("%s: its asset is not there: %w", t.path, err)
		}
		return path, nil
	}
	return guard.StagedAsset(hash, dir), nil
}

// output is the value of an output by its attribute of a nested stack: "Outputs.Layer".
func (t *template) output(attribute string) any {
	output, _ := t.Outputs[strings.TrimPrefix(attribute, "Outputs.")].(map[string]any)
	return output["Value"]
}
