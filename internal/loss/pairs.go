package loss

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/cfn"
)

// pair is a stack before and after. One of both is nil if there is none.
type pair struct {
	old, new                 *cfn.Template
	oldAssembly, newAssembly cfn.Assembly
}

// oldIDs returns the ids of the resources that were there.
func (p *pair) oldIDs() []string {
	if p.old == nil {
		return nil
	}
	return p.old.IDs()
}

// kept reports whether the new template has the resource.
func (p *pair) kept(id string) bool {
	_, is := p.new.Resources[id]
	return is
}

// created returns the ids of the resources that are new.
func (p *pair) created() []string {
	if p.new == nil {
		return nil
	}
	return slices.DeleteFunc(p.new.IDs(), func(id string) bool {
		if p.old == nil {
			return false
		}
		_, was := p.old.Resources[id]
		return was
	})
}

// root is a stack that is deployed by itself.
type root struct {
	assembly cfn.Assembly
	*cfn.Template
}

func (r root) key() string { return r.Environment + " " + r.Stack }

func roots(all []cfn.Assembly) (found []root) {
	for _, a := range all {
		for _, t := range a {
			if t.Parent == nil {
				found = append(found, root{a, t})
			}
		}
	}
	return found
}

func names(of []root) string {
	var all []string
	for _, r := range of {
		all = append(all, fmt.Sprintf("%q", r.Stack))
	}
	return strings.Join(all, ", ")
}

// pair finds the stacks that are the same before and after, by environment and name.
func (c *comparison) pair(oldApp, newApp []cfn.Assembly) error {
	before, after := roots(oldApp), roots(newApp)
	c.placeless = slices.ContainsFunc(slices.Concat(before, after), func(r root) bool { return r.Environment == "" })
	alone := len(before) == 1 && len(after) == 1 && (before[0].Environment == "" || after[0].Environment == "")
	matched := map[*cfn.Template]bool{}
	for _, o := range before {
		n, found := counterpart(o, before, after)
		if alone {
			n, found = after[0], true
		}
		if !found {
			c.note("the stack %q is not in the new app: it stays deployed as it is, until you delete it", o.Stack)
			c.stays = append(c.stays, o)
			continue
		}
		matched[n.Template] = true
		c.pairNested(&pair{o.Template, n.Template, o.assembly, n.assembly})
	}
	if len(matched) == 0 {
		return fmt.Errorf("no stack is in both: the old app has %s, the new one %s; a template alone goes by its file's name, Shop.template.json for the stack \"Shop\"", names(before), names(after))
	}
	for _, n := range after {
		if !matched[n.Template] {
			c.pairNested(&pair{new: n.Template, newAssembly: n.assembly})
		}
	}
	return nil
}

// counterpart returns the stack of the new app that is deployed over an old one. Without an environment, or with
// another one, the name has to be enough.
func counterpart(o root, before, after []root) (n root, found bool) {
	named := func(r root) bool { return r.Stack == o.Stack }
	if i := slices.IndexFunc(after, func(r root) bool { return r.key() == o.key() }); i >= 0 {
		return after[i], true
	}
	i := slices.IndexFunc(after, named)
	if i < 0 || len(slices.DeleteFunc(slices.Clone(before), func(r root) bool { return !named(r) })) > 1 {
		return root{}, false
	}
	if slices.ContainsFunc(after[i+1:], named) {
		return root{}, false
	}
	return after[i], true
}

// pairNested adds a pair and those of its nested stacks.
func (c *comparison) pairNested(p *pair) {
	label := fmt.Sprint("stack ", len(c.pairs))
	c.pairs = append(c.pairs, p)
	c.label[p.old], c.label[p.new] = label, label
	if p.old != nil {
		for _, id := range p.old.IDs(cfn.StackType) {
			nested := &pair{old: p.oldAssembly.Nested(p.old, id), oldAssembly: p.oldAssembly, newAssembly: p.newAssembly}
			if p.new != nil && p.new.Resources[id].Type == cfn.StackType {
				nested.new = p.newAssembly.Nested(p.new, id)
			}
			still := p.new != nil && p.kept(id)
			switch {
			case still && (nested.old == nil || nested.new == nil):
				c.note("the nested stack %q was not compared: its template is not beside the other", p.old.Name(id))
			case nested.old != nil && (still || !retained(p.old.Resources[id].DeletionPolicy)):
				c.pairNested(nested)
			}
		}
	}
	if p.new == nil {
		return
	}
	for _, id := range p.new.IDs(cfn.StackType) {
		if p.old != nil && p.old.Resources[id].Type == cfn.StackType {
			continue
		}
		if nested := p.newAssembly.Nested(p.new, id); nested != nil {
			c.pairNested(&pair{new: nested, newAssembly: p.newAssembly})
		}
	}
}

func (c *comparison) note(text string, args ...any) {
	c.report.Notes = append(c.report.Notes, fmt.Sprintf(text, args...))
}

// retained reports whether a policy keeps a resource that its stack no longer has.
func retained(policy string) bool { return policy == "Retain" || policy == "RetainExceptOnCreate" }
