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
}

// resource is what matters of a function or a layer version.
type resource struct {
	Type       string
	Properties struct {
		guard.Properties
		CompatibleArchitectures any
		Content                 struct{ S3Key any }
	}
	Metadata map[string]any
}

const (
	functionType = "AWS::Lambda::Function"
	layerType    = "AWS::Lambda::LayerVersion"
)

// readTemplate returns nil for JSON that is no template.
func readTemplate(path string) (*template, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var read struct{ Resources map[string]json.RawMessage }
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
	t := &template{path: path, Resources: map[string]resource{}}
	for _, id := range slices.Sorted(maps.Keys(read.Resources)) {
		if err := t.add(id, read.Resources[id]); err != nil {
			return nil, fmt.Errorf("%s: resource %s: %w", path, id, err)
		}
	}
	return t, nil
}

// add reads functions and layers only: other resources have properties of the same
// names that are of other kinds.
func (t *template) add(id string, text json.RawMessage) error {
	var kind struct{ Type string }
	if json.Unmarshal(text, &kind) != nil || kind.Type != functionType && kind.Type != layerType {
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

// subjects are the template's functions with code of their own and its layers, each
// layer for the functions that use it.
func (t *template) subjects(targets []binarch.Target, asked bool) ([]subject, error) {
	var subjects []subject
	layers := map[string][]binarch.Target{}
	for _, id := range t.ids(functionType) {
		r := t.Resources[id]
		own := r.targets(targets, asked)
		s := subject{name: t.name(id), targets: own, template: t.path}
		layersOf, _ := r.Properties.Layers.([]any)
		for _, layer := range layersOf {
			ref, ok := reference(layer)
			if !ok {
				if arn, known := guard.Flat(layer); known {
					s.arns = append(s.arns, arn)
				}
				continue
			}
			for _, target := range own {
				target.Layer = true
				if !slices.Contains(layers[ref], target) {
					layers[ref] = append(layers[ref], target)
				}
			}
		}
		var err error
		if s.path, err = t.asset(r, r.Properties.AssetHash()); err != nil {
			return nil, err
		}
		if r.Properties.Code.ImageUri != nil && guard.IsFolder(s.path) {
			s.image = guard.ImageOptions(r.Metadata)
		}
		if s.path != "" || len(s.checkNames()) > 0 {
			subjects = append(subjects, s)
		}
	}
	for _, id := range t.ids(layerType) {
		r := t.Resources[id]
		used := layers[id]
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

// compatible are the targets of a layer that no function of its template uses.
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

// reference reads {"Ref": "Layer"}.
func reference(v any) (string, bool) {
	m, _ := v.(map[string]any)
	id, ok := m["Ref"].(string)
	return id, ok
}
