package cfn

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// Template is a template and where it belongs.
type Template struct {
	Path string
	// Stack is the name of the stack, and Environment what CDK says of its account and region: "aws://…/…", "" if
	// nothing does. A nested stack has its parent's.
	Stack, Environment string
	// Parent is the template that nests this one, as the resource with the id Within; nil if none does.
	Parent *Template
	Within string

	Resources map[string]Resource
	Outputs   map[string]any
	// Macros are entries of Resources, or of the template, that make resources at deployment: loops and inclusions.
	Macros map[string]any
	// Transforms are what rewrites the template before it is deployed: SAM, say.
	Transforms []any
}

// Resource is a resource of a template. What is not of the kind that CloudFormation wants is left out.
type Resource struct {
	Type                                string
	Properties, Metadata                map[string]any
	DeletionPolicy, UpdateReplacePolicy string
	UpdatePolicy                        map[string]any
	// Macros are entries beside its properties that only the deployment replaces.
	Macros map[string]any
}

// Types that templates are read for.
const (
	FunctionType = "AWS::Lambda::Function"
	StackType    = "AWS::CloudFormation::Stack"
)

// newTemplate returns the template of a document.
func newTemplate(path string, d *Document) *Template {
	t := &Template{
		Path: path, Resources: map[string]Resource{}, Outputs: d.Outputs,
		Macros: map[string]any{},
	}
	switch given := d.Transform.(type) {
	case nil:
	case []any:
		t.Transforms = given
	default:
		t.Transforms = []any{given}
	}
	if d.Included != nil {
		t.Macros["Fn::Transform"] = d.Included
	}
	for _, id := range slices.Sorted(maps.Keys(d.Resources)) {
		if strings.HasPrefix(id, "Fn::") {
			var macro any
			_ = json.Unmarshal(d.Resources[id], &macro) // it was read as JSON
			t.Macros[id] = macro
			continue
		}
		t.Resources[id] = newResource(d.Resources[id])
	}
	return t
}

func newResource(text json.RawMessage) Resource {
	var read map[string]any
	if json.Unmarshal(text, &read) != nil {
		return Resource{} // CloudFormation refuses it
	}
	var r Resource
	r.Type, _ = read["Type"].(string)
	r.Properties, _ = read["Properties"].(map[string]any)
	r.Metadata, _ = read["Metadata"].(map[string]any)
	r.DeletionPolicy, _ = read["DeletionPolicy"].(string)
	r.UpdateReplacePolicy, _ = read["UpdateReplacePolicy"].(string)
	r.UpdatePolicy, _ = read["UpdatePolicy"].(map[string]any)
	r.Macros = MacrosIn(read)
	return r
}

// MacrosIn returns the entries of an object that stand for others, which only the deployment knows: Fn::Transform, and
// Fn::ForEach with its name.
func MacrosIn(object map[string]any) map[string]any {
	var found map[string]any
	for key, value := range object {
		if key == "Fn::Transform" || strings.HasPrefix(key, "Fn::ForEach::") {
			if found == nil {
				found = map[string]any{}
			}
			found[key] = value
		}
	}
	return found
}

// IDs returns the ids of the resources of some types, or of all, in order.
func (t *Template) IDs(types ...string) []string {
	var ids []string
	for id, r := range t.Resources {
		if len(types) == 0 || slices.Contains(types, r.Type) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// ConstructPath returns the path of a resource's construct in the CDK app, "" if the template does not say it.
func (r Resource) ConstructPath() string {
	path, _ := r.Metadata["aws:cdk:path"].(string)
	return strings.TrimSuffix(path, "/Resource")
}

// Name returns what people call a resource: its construct's path, or the stack and its id.
func (t *Template) Name(id string) string {
	if path := t.Resources[id].ConstructPath(); path != "" {
		return path
	}
	return t.Stack + "/" + id
}

// Root returns the template of the stack that is deployed by itself.
func (t *Template) Root() *Template {
	for t.Parent != nil {
		t = t.Parent
	}
	return t
}

// stackOf returns the name of a stack by the file of its template.
func stackOf(path string) string {
	name := filepath.Base(path)
	for _, ending := range []string{".template.json", ".template.yaml", ".template.yml", ".template"} {
		if short, is := strings.CutSuffix(name, ending); is {
			return short
		}
	}
	return strings.TrimSuffix(name, filepath.Ext(name))
}
