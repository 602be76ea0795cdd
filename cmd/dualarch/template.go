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
	"github.com/dualarch/dualarch/internal/dockerfile"
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
		s := subject{name: t.name(id), targets: own, image: r.image(), template: t.path}
		for _, layer := range r.Properties.Layers {
			ref, ok := reference(layer)
			if !ok {
				s.arns = append(s.arns, spelled(layer))
				continue
			}
			for _, target := range own {
				target.Layer = true
				if !slices.Contains(layers[ref], target) {
					layers[ref] = append(layers[ref], target)
				}
			}
		}
		key := r.Properties.Code.S3Key
		if s.image != nil {
			uri := spelled(r.Properties.Code.ImageUri)
			key = uri[strings.LastIndex(uri, ":")+1:]
		}
		var err error
		if s.path, err = t.asset(r, key); err != nil {
			return nil, err
		}
		if s.path != "" || len(s.checkARNs()) > 0 {
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

// image is how a function's image is built, nil for a function without one.
func (r resource) image() *dockerfile.Options {
	if r.Properties.Code.ImageUri == nil {
		return nil
	}
	file, _ := r.Metadata["aws:asset:dockerfile-path"].(string)
	target, _ := r.Metadata["aws:asset:docker-build-target"].(string)
	given, _ := r.Metadata["aws:asset:docker-build-args"].(map[string]any)
	args := map[string]string{}
	for key, value := range given {
		args[key] = fmt.Sprint(value)
	}
	return &dockerfile.Options{File: file, Target: target, Args: args}
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
	for {
		names, err := filepath.Glob(filepath.Join(escapeGlob(dir), "asset."+escapeGlob(hash)+"*"))
		if err != nil {
			return "", err
		}
		if len(names) > 0 {
			return names[0], nil
		}
		// The assets of all stages lie in the app's folder.
		if absolute, err := filepath.Abs(dir); err != nil || !strings.HasPrefix(filepath.Base(absolute), stagePrefix) {
			return "", err
		}
		dir = filepath.Join(dir, "..")
	}
}

// spelled is a string with its references spelled as in Fn::Sub: CDK joins what it
// does not know, {"Fn::Join": ["", ["arn:aws:lambda:", {"Ref": "AWS::Region"}, …]]}.
func spelled(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	m, _ := v.(map[string]any)
	if text, ok := m["Fn::Sub"].(string); ok {
		return text
	}
	if name, ok := m["Ref"].(string); ok {
		return "${" + name + "}"
	}
	join, _ := m["Fn::Join"].([]any)
	if len(join) != 2 || join[0] != "" {
		return ""
	}
	parts, _ := join[1].([]any)
	var b strings.Builder
	for _, part := range parts {
		b.WriteString(spelled(part))
	}
	return b.String()
}

// reference reads {"Ref": "Layer"}.
func reference(v any) (string, bool) {
	m, _ := v.(map[string]any)
	id, ok := m["Ref"].(string)
	return id, ok
}
