package loss

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/dualarch/dualarch/internal/cfn"
)

// change is a property whose change replaces a resource, or may.
type change struct {
	property, reason string
	certain          bool
}

// findReplaced finds what is replaced, until nothing follows from that any more: who refers to a resource that is
// replaced gets another value, which can replace it too.
func (c *comparison) findReplaced() {
	for grown := true; grown; {
		grown = false
		for _, p := range c.pairs {
			if p.old == nil || p.new == nil {
				continue
			}
			for _, id := range p.oldIDs() {
				here := place{p.new, id}
				found, is := c.change(p, id)
				if !is || c.certain[here] || !found.certain && c.possible[here] {
					continue
				}
				if found.certain {
					c.certain[here] = true
				} else {
					c.possible[here] = true
				}
				grown = true
			}
		}
	}
}

// change returns why a resource that both templates have is replaced, or may be. The first certain reason wins.
func (c *comparison) change(p *pair, id string) (found change, is bool) {
	before, after := p.old.Resources[id], p.new.Resources[id]
	if !p.kept(id) || before.Type != after.Type {
		return change{}, false
	}
	rule, known := replacementOf(before.Type)
	if !known {
		return c.unknown(p, before, after)
	}
	for _, path := range rule.always {
		if one, differs := c.differs(p, before, after, path); differs && (!is || one.certain) {
			found, is = one, true
			if found.certain {
				return found, true
			}
		}
	}
	for _, path := range rule.maybe {
		if one, differs := c.differs(p, before, after, path); differs && !is {
			one.certain = false
			found, is = one, true
		}
	}
	if packaged := packageType(before, after); packaged != nil && !found.certain {
		return *packaged, true
	}
	return found, is
}

// unknown returns the first property of a type that is not in the table, if one changes.
func (c *comparison) unknown(p *pair, before, after cfn.Resource) (change, bool) {
	keys := slices.Collect(maps.Keys(before.Properties))
	keys = slices.AppendSeq(keys, maps.Keys(after.Properties))
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		if one, differs := c.differs(p, before, after, key); differs {
			one.certain = false
			if isCustom(before.Type) {
				one.reason += ": the code of the custom resource decides"
			} else {
				one.reason += ": nothing is known of the properties of this type"
			}
			return one, true
		}
	}
	return change{}, false
}

// differs compares a property before and after.
func (c *comparison) differs(p *pair, before, after cfn.Resource, path string) (change, bool) {
	was, is := at(before.Properties, path), at(after.Properties, path)
	if canonical(was) == canonical(is) {
		return c.follows(p, is, path)
	}
	one := change{path, fmt.Sprintf("%s changes from %s to %s", path, shown(was), shown(is)), true}
	if !isLiteral(was) || !isLiteral(is) {
		// Two ways of writing can mean the same value, unless they refer to different resources.
		one.certain = c.uses(p.oldAssembly, p.old, was) != c.uses(p.newAssembly, p.new, is)
	}
	return one, true
}

// follows returns a change of a property that is written as before, and refers to what is replaced.
func (c *comparison) follows(p *pair, value any, path string) (found change, is bool) {
	for _, target := range p.newAssembly.Targets(p.new, value) {
		there := place{target.In, target.ID}
		if c.certain[there] || c.possible[there] && !is {
			word := "may be"
			if c.certain[there] {
				word = "is"
			}
			found = change{path, fmt.Sprintf("%s refers to %s, which %s replaced", path, target.In.Name(target.ID), word), c.certain[there]}
			is = true
		}
	}
	return found, is
}

// uses writes which resources a value refers to.
func (c *comparison) uses(a cfn.Assembly, in *cfn.Template, value any) string {
	var all []string
	for _, target := range a.Targets(in, value) {
		all = append(all, c.label[target.In]+" "+target.ID+"."+target.Attribute)
	}
	slices.Sort(all)
	return fmt.Sprint(all)
}

// packageType returns the change from a zip to an image, which templates need not say: PackageType follows the code.
func packageType(before, after cfn.Resource) *change {
	if before.Type != cfn.FunctionType {
		return nil
	}
	was, is := packaged(before), packaged(after)
	if was == is || was == "" || is == "" {
		return nil
	}
	return &change{"PackageType", fmt.Sprintf("PackageType changes from %s to %s", was, is), true}
}

// packaged returns "Zip" or "Image", "" if the template does not know.
func packaged(r cfn.Resource) string {
	switch kind := r.Properties["PackageType"].(type) {
	case string:
		return kind
	case nil:
		code, _ := r.Properties["Code"].(map[string]any)
		switch {
		case code["ImageUri"] != nil:
			return "Image"
		case cfn.MacrosIn(code) == nil && cfn.MacrosIn(r.Properties) == nil:
			return "Zip"
		}
	}
	return ""
}

// judgeKept reports a resource that both templates have, if it is or may be replaced. It returns whether it is.
func (c *comparison) judgeKept(p *pair, id string) bool {
	before, after := p.old.Resources[id], p.new.Resources[id]
	if before.Type != after.Type && (isServerless(after) && transforms(p.new) || isServerless(before) && transforms(p.old)) {
		f := p.finding(NotCompared, id)
		f.Reason = fmt.Sprintf("it becomes a %s, of which a transform makes other resources at deployment", after.Type)
		if isServerless(before) {
			f.Reason = fmt.Sprintf("it becomes a %s; today a transform makes other resources of it at deployment", after.Type)
		}
		f.Consequence = processed
		c.add(f)
		return true
	}
	if before.Type != after.Type && canonical(before.Macros) == canonical(after.Macros) {
		f := p.finding(Refused, id)
		f.Reason = fmt.Sprintf("it becomes a %s: CloudFormation changes the type of no resource", cmp.Or(after.Type, "resource without a type"))
		f.Consequence = "the whole deployment fails; give one of both another logical id"
		c.add(f)
		return true
	}
	found, is := c.change(p, id)
	if !is {
		return false
	}
	f := p.finding(MayBeReplaced, id)
	f.Property, f.Reason = found.property, found.reason
	if found.certain {
		f.Effect = Replaced
	}
	c.describeGone(&f, p, id)
	if name := p.customName(id); found.certain && name != "" {
		f.Effect = Refused
		f.Reason += fmt.Sprintf(", which replaces it, and its %s stays the same: CloudFormation replaces no resource that has a name of yours", name)
		f.Consequence = "the whole deployment fails"
		f.Loses = nil
		f.Harmless = false
	}
	if before.Type == cfn.FunctionType && found.property == "PackageType" {
		f.Consequence += "; keep the package type, or make a second function beside this one and move the callers one by one"
	}
	c.add(f)
	return true
}

// customName returns the property that names a resource, if it gives the same name before and after.
func (p *pair) customName(id string) string {
	before, after := p.old.Resources[id], p.new.Resources[id]
	property := nameProperty[before.Type]
	if property == "" || before.Properties[property] == nil || canonical(before.Properties[property]) != canonical(after.Properties[property]) {
		return ""
	}
	return property
}
