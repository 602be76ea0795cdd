package loss

import (
	"slices"

	"github.com/dualarch/dualarch/internal/cfn"
)

const permissionType = "AWS::Lambda::Permission"

// gonePermission leaves out permissions that nobody needs: another one of the same meaning follows, the function goes as
// well, or what it names calls the function no more.
func (c *comparison) gonePermission(f *Finding, p *pair, id string) {
	r := p.old.Resources[id]
	principal, _ := r.Properties["Principal"].(string)
	if principal == "" {
		principal = "whom it names"
	}
	f.Harmless = true
	switch {
	case f.Effect != Deleted:
		f.Consequence = "the next one is there first"
	case c.successor(p, id, "FunctionName", "Principal", "SourceArn", "SourceAccount", "Action") != "":
		f.Consequence = "another one of the same meaning is there first"
	case p.new == nil || p.goes(r.Properties["FunctionName"]):
		f.Consequence = "its function goes as well"
	case p.isIdle(r):
		f.Consequence = "what it names calls the function no more, or calls an alias"
	default:
		f.Harmless = false
		f.Consequence = principal + " may not invoke the function any more"
	}
}

// goes reports whether a value refers to a resource that the new template does not have.
func (p *pair) goes(value any) bool {
	return slices.ContainsFunc(p.targets(value), func(id string) bool { return !p.kept(id) })
}

// isIdle reports whether the source of a permission is known, and neither it nor a resource that refers to it calls the
// function in the new template.
func (p *pair) isIdle(permission cfn.Resource) bool {
	functions, callers := p.targets(permission.Properties["FunctionName"]), p.targets(permission.Properties["SourceArn"])
	if len(functions) == 0 || len(callers) == 0 {
		return false
	}
	for _, id := range p.new.IDs() {
		r := p.new.Resources[id]
		if r.Type == permissionType || !p.refers(r, functions) {
			continue
		}
		if slices.Contains(callers, id) || p.refers(r, callers) {
			return false
		}
	}
	return true
}

// targets returns the ids of the resources of the same template that a value of the old one refers to.
func (p *pair) targets(value any) (ids []string) {
	for _, target := range p.oldAssembly.Targets(p.old, value) {
		if target.In == p.old {
			ids = append(ids, target.ID)
		}
	}
	return ids
}

// refers reports whether a resource of the new template refers to one of some resources in it.
func (p *pair) refers(r cfn.Resource, ids []string) bool {
	return slices.ContainsFunc(p.newAssembly.Targets(p.new, r.Properties), func(t cfn.Target) bool {
		return t.In == p.new && slices.Contains(ids, t.ID)
	})
}
