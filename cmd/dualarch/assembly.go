package main

import (
	"path/filepath"
	"slices"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/cfn"
	"github.com/dualarch/dualarch/internal/guard"
)

// assembly is the templates that can use each other's layers: those of a cdk.out, or of one
// stage in it.
type assembly []*template

// layerID is a layer version: the template that makes it, and its id there.
type layerID struct {
	in *template
	id string
}

// subjects returns the functions and layers of all templates, in their order.
func (a assembly) subjects(targets []binarch.Target, asked bool) ([]subject, error) {
	if len(a) == 0 {
		return nil, nil
	}
	platforms, err := platforms(filepath.Dir(a[0].path)) // that of all of them
	if err != nil {
		return nil, err
	}
	users := a.layerTargets(targets, asked)
	var subjects []subject
	for _, t := range a {
		found, err := a.of(t, users, platforms, targets, asked)
		if err != nil {
			return nil, err
		}
		subjects = append(subjects, found...)
	}
	return subjects, nil
}

// layerTargets returns, for each layer, the targets of the functions that use it.
func (a assembly) layerTargets(asking []binarch.Target, asked bool) map[layerID][]binarch.Target {
	all := map[layerID][]binarch.Target{}
	for _, t := range a {
		for _, id := range t.ids(functionType) {
			r := t.Resources[id]
			for _, reference := range r.layers() {
				layer, known := a.layer(t, reference, maxReferences)
				if !known {
					continue
				}
				for _, target := range r.targets(asking, asked) {
					target.Layer = true
					if !slices.Contains(all[layer], target) {
						all[layer] = append(all[layer], target)
					}
				}
			}
		}
	}
	return all
}

// maxReferences bounds the references that are followed from a function to its layer:
// one for each stack between them.
const maxReferences = 16

// layer finds what a value of a template refers to: a layer of the template, or one
// that another stack exports, gives to a nested stack as a parameter or has as an
// output.
func (a assembly) layer(in *template, reference any, left int) (found layerID, known bool) {
	if left == 0 {
		return layerID{}, false
	}
	value, _ := reference.(map[string]any)
	if id, is := value["Ref"].(string); is {
		if in.Resources[id].Type == layerType {
			return layerID{in, id}, true
		}
		given, by := a.parameter(in, id)
		return a.layer(by, given, left-1)
	}
	if name, is := guard.Flat(value["Fn::ImportValue"]); is {
		exported, by := a.export(name)
		return a.layer(by, exported, left-1)
	}
	if id, name, is := cfn.Attribute(value); is {
		if nested := a.nested(in.Resources[id]); nested != nil {
			return a.layer(nested, nested.output(name), left-1)
		}
	}
	return layerID{}, false
}

// parameter returns what a nested stack is given, and the template that gives it.
func (a assembly) parameter(in *template, name string) (given any, by *template) {
	for _, t := range a {
		for _, id := range t.ids(stackType) {
			if r := t.Resources[id]; a.nested(r) == in {
				return r.Properties.Parameters[name], t
			}
		}
	}
	return nil, nil
}

// nested returns the template of a nested stack, nil if it is unknown.
func (a assembly) nested(stack resource) *template {
	if stack.files != nil {
		for _, t := range a {
			if stack.files.path != "" && filepath.Clean(t.path) == filepath.Clean(stack.files.path) {
				return t
			}
		}
		return nil
	}
	name, _ := stack.Metadata["aws:asset:path"].(string)
	for _, t := range a {
		if stack.Type == stackType && filepath.Base(t.path) == filepath.Base(filepath.FromSlash(name)) {
			return t
		}
	}
	return nil
}

// export returns the value that a stack exports by that name, and the stack's template.
func (a assembly) export(name string) (exported any, by *template) {
	for _, t := range a {
		if value, is := cfn.Exported(t.Outputs, name); is {
			return value, t
		}
	}
	return nil, nil
}
