package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
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
		Architectures           []any
		CompatibleArchitectures []any
		Runtime                 any
		Layers                  []any
		Code, Content           struct{ S3Key, ImageUri any }
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
	t := &template{path: path}
	if err := json.Unmarshal(b, t); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return nil, nil
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if t.Resources == nil {
		return nil, nil
	}
	return t, nil
}

// subjects are the template's functions with code of their own and its layers, each
// layer for the functions that use it.
func (t *template) subjects(targets []binarch.Target, asked bool) ([]subject, error) {
	var subjects []subject
	layers := map[string][]binarch.Target{}
	for _, id := range t.ids(functionType) {
		r := t.Resources[id]
		own := r.targets(targets, asked)
		for _, layer := range r.Properties.Layers {
			ref, ok := reference(layer)
			if !ok {
				continue
			}
			for _, target := range own {
				target.Layer = true
				if !slices.Contains(layers[ref], target) {
					layers[ref] = append(layers[ref], target)
				}
			}
		}
		s := subject{name: t.name(id), targets: own, buildContext: r.Properties.Code.ImageUri != nil}
		var err error
		if s.path, err = t.asset(r, r.Properties.Code.S3Key); err != nil {
			return nil, err
		}
		if s.path != "" {
			subjects = append(subjects, s)
		}
	}
	for _, id := range t.ids(layerType) {
		r := t.Resources[id]
		used := layers[id]
		if used == nil {
			used = r.compatible(targets)
		}
		path, err := t.asset(r, r.Properties.Content.S3Key)
		if err != nil {
			return nil, err
		}
		if path != "" {
			subjects = append(subjects, subject{name: t.name(id), path: path, targets: used})
		}
	}
	return subjects, nil
}

// targets of a function: what the template says, with the architectures asked for.
func (r resource) targets(asking []binarch.Target, asked bool) []binarch.Target {
	runtime, _ := r.Properties.Runtime.(string)
	if asked {
		own := slices.Clone(asking)
		for i := range own {
			own[i].Runtime = runtime
		}
		return own
	}
	architecture := binarch.X8664 // Lambda's default
	if len(r.Properties.Architectures) > 0 {
		name, _ := r.Properties.Architectures[0].(string)
		if a, err := binarch.ParseArchitecture(name); err == nil {
			architecture = a
		}
	}
	return []binarch.Target{{Architecture: architecture, Runtime: runtime}}
}

// compatible are the targets of a layer that no function of its template uses.
func (r resource) compatible(asking []binarch.Target) []binarch.Target {
	var own []binarch.Target
	for _, target := range asking {
		target.Layer = true
		if len(r.Properties.CompatibleArchitectures) == 0 ||
			slices.Contains(r.Properties.CompatibleArchitectures, any(string(target.Architecture))) {
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
func (t *template) asset(r resource, key any) (string, error) {
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
	object, _ := key.(string)
	hash := strings.TrimSuffix(object, filepath.Ext(object))
	if hash == "" || strings.ContainsAny(hash, `/\`) {
		return "", nil
	}
	// A stage's assets lie in the app's folder, one up.
	for _, place := range []string{dir, filepath.Dir(dir)} {
		names, err := filepath.Glob(filepath.Join(escapeGlob(place), "asset."+escapeGlob(hash)+"*"))
		if err != nil {
			return "", err
		}
		if len(names) > 0 {
			return names[0], nil
		}
	}
	return "", nil
}

// reference reads {"Ref": "Layer"}.
func reference(v any) (string, bool) {
	m, _ := v.(map[string]any)
	id, ok := m["Ref"].(string)
	return id, ok
}
