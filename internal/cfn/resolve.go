package cfn

import (
	"maps"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/guard"
)

// Target is a resource, or an attribute of one, that a template refers to.
type Target struct {
	In *Template
	Reference
}

// Resolve follows a use to the resource that it means, through the parameters and outputs of nested stacks and the
// exports of other stacks. found is false for what is no resource of these templates.
func (a Assembly) Resolve(in *Template, use Use) (target Target, found bool) {
	if use.Import != nil {
		return a.imported(use.Import, maxNested)
	}
	return a.resolve(in, use.Reference, maxNested)
}

// Targets returns the resources of these templates that a value refers to.
func (a Assembly) Targets(in *Template, value any) (found []Target) {
	for _, use := range References(value) {
		if target, known := a.Resolve(in, use); known {
			found = append(found, target)
		}
	}
	return found
}

// Resource returns the resource itself.
func (t Target) Resource() Resource { return t.In.Resources[t.ID] }

func (a Assembly) resolve(in *Template, r Reference, left int) (Target, bool) {
	if left == 0 {
		return Target{}, false
	}
	resource, is := in.Resources[r.ID]
	switch {
	case !is && r.Attribute == "" && in.Parent != nil:
		parameters, _ := in.Parent.Resources[in.Within].Properties["Parameters"].(map[string]any)
		return a.resolveValue(in.Parent, parameters[r.ID], left-1)
	case !is:
		return Target{}, false
	case resource.Type == StackType && strings.HasPrefix(r.Attribute, "Outputs."):
		if nested := a.Nested(in, r.ID); nested != nil {
			output, _ := nested.Outputs[strings.TrimPrefix(r.Attribute, "Outputs.")].(map[string]any)
			return a.resolveValue(nested, output["Value"], left-1)
		}
	}
	return Target{in, r}, true
}

// resolveValue resolves a value that is nothing but a reference.
func (a Assembly) resolveValue(in *Template, value any, left int) (Target, bool) {
	v, _ := value.(map[string]any)
	if name, is := v["Fn::ImportValue"]; is {
		return a.imported(name, left)
	}
	if found := intrinsic(v); len(found) == 1 {
		return a.resolve(in, found[0], left)
	}
	return Target{}, false
}

// imported returns the resource that another stack exports by that name.
func (a Assembly) imported(name any, left int) (Target, bool) {
	wanted, is := guard.Flat(name)
	if !is || left == 0 {
		return Target{}, false
	}
	for _, t := range a {
		if value, is := Exported(t.Outputs, wanted); is {
			return a.resolveValue(t, value, left-1)
		}
	}
	return Target{}, false
}

// Exported returns the value that one of a template's outputs exports by that name.
func Exported(outputs map[string]any, name string) (value any, is bool) {
	for _, id := range slices.Sorted(maps.Keys(outputs)) {
		output, _ := outputs[id].(map[string]any)
		export, _ := output["Export"].(map[string]any)
		if called, is := guard.Flat(export["Name"]); is && called == name {
			return output["Value"], true
		}
	}
	return nil, false
}
