package main

import (
	"maps"
	"slices"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/dockerfile"
	"github.com/dualarch/dualarch/internal/guard"
)

// of returns the subjects of a template: its functions, its layers for the functions that
// use them, and what is not looked into.
func (a assembly) of(t *template, users map[layerID][]binarch.Target, platforms map[string]string, targets []binarch.Target, asked bool) ([]subject, error) {
	var subjects []subject
	for _, id := range t.ids(functionType) {
		s, err := a.function(t, id, t.Resources[id].targets(targets, asked))
		if err != nil {
			return nil, err
		}
		if s.files.Image != nil && !asked { // a move is one of the platform too
			s.files.Image.Platform = platforms[t.Resources[id].Properties.AssetHash()]
		}
		if s.files.Path != "" || len(s.checkNames()) > 0 || len(s.unchecked) > 0 {
			subjects = append(subjects, s)
		}
	}
	for _, id := range t.ids(layerType) {
		r := t.Resources[id]
		used := users[layerID{t, id}]
		if used == nil {
			used = r.compatible(targets)
		}
		content, err := t.content(r, "content")
		if err != nil {
			return nil, err
		}
		s := newSubject(t.name(id), content, used)
		s.template = t.path
		subjects = append(subjects, s)
	}
	return append(subjects, a.unchecked(t)...), nil
}

// function returns a function's own code, with what the names of its layers tell.
func (a assembly) function(t *template, id string, targets []binarch.Target) (subject, error) {
	find := &finder{assembly: a, template: t, resource: t.Resources[id]}
	f := find.resource.Properties.Function(t.name(id), find)
	if find.err != nil {
		return subject{}, find.err
	}
	f.Packages[0].Unbuilt = find.resource.unbuilt()
	code := f.Packages[0]
	s := subject{name: f.Name, files: code, function: f, targets: targets, unchecked: append(f.Unchecked(targets), find.resource.notes...), template: t.path}
	for _, layer := range f.Packages[1:] {
		if layer.ARN != "" {
			s.arns = append(s.arns, layer.ARN)
		}
	}
	return s, nil
}

// unchecked returns a template's resources that carry code for Lambda and are not looked into.
func (a assembly) unchecked(t *template) []subject {
	reasons := maps.Clone(t.macros)
	for id, r := range t.Resources {
		if why := guard.UncheckedType(r.Type); why != "" {
			reasons[id] = why
		} else if r.Type == stackType && a.nested(r) == nil {
			reasons[id] = "it is an " + r.kind + ", whose template is not among those that are checked"
			if r.files != nil && r.files.path == "" {
				reasons[id] = "it is an " + r.kind + " whose template is not read: " + r.files.opaque
			}
		}
	}
	var subjects []subject
	for _, id := range slices.Sorted(maps.Keys(reasons)) {
		subjects = append(subjects, subject{name: t.name(id), unchecked: []string{reasons[id]}, template: t.path})
	}
	return subjects
}

// finder implements guard.Finder for one function. err is why its asset is not there.
type finder struct {
	assembly
	template *template
	resource resource
	err      error
}

func (f *finder) Asset(hash string) (path, opaque string) {
	path, opaque, f.err = f.template.asset(f.resource, hash)
	return path, opaque
}

func (f *finder) Image() *dockerfile.Options {
	if f.resource.files != nil {
		return f.resource.files.image
	}
	return guard.ImageOptions(f.resource.Metadata)
}

// Layer finds the layers of the app, each of which is a subject of its own.
func (f *finder) Layer(reference any) (guard.Package, bool) {
	layer, known := f.layer(f.template, reference, maxReferences)
	if !known {
		return guard.Package{}, false
	}
	p, _ := layer.in.content(layer.in.Resources[layer.id], layer.in.name(layer.id))
	p.Opaque = "" // whatever is wrong with the layer is said of the layer
	return p, true
}

// content returns a layer's package.
func (t *template) content(r resource, name string) (guard.Package, error) {
	key, _ := guard.Flat(r.Properties.Content.S3Key)
	p := guard.Package{Name: name, Layer: true, Hash: guard.AssetHash(key), Unbuilt: r.unbuilt()}
	var err error
	p.Path, p.Opaque, err = t.asset(r, p.Hash)
	return p, err
}

// unbuilt reports whether SAM builds what is deployed of what the resource names.
func (r resource) unbuilt() bool { return r.files != nil && r.files.unbuilt }

// layers returns a function's layers, as the template refers to them.
func (r resource) layers() []any {
	layers, _ := r.Properties.Layers.([]any)
	return layers
}

// targets returns a function's target. If the user asks for architectures, or only the
// deployment knows it, there is one for each of asking.
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

// compatible returns the targets of a layer that no function of its app uses.
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
