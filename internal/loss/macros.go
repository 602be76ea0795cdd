package loss

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/cfn"
)

// processed tells how to get a template that can be compared.
const processed = "compare what it makes: aws cloudformation get-template --template-stage Processed, of what is deployed and of a change set"

// languageExtensions makes nothing by itself: its loops are macros of the template's.
const languageExtensions = "AWS::LanguageExtensions"

// transform begins the name of what rewrites the whole template.
const transform = "Transform "

// macros returns what makes resources of a template at deployment, by name: loops, inclusions and transforms.
func macros(t *cfn.Template) map[string]string {
	all := map[string]string{}
	if t == nil {
		return all
	}
	for name, value := range t.Macros {
		all[name] = canonical(value)
	}
	for _, given := range t.Transforms {
		name, _ := given.(string)
		if object, is := given.(map[string]any); is {
			name, _ = object["Name"].(string)
		}
		if name != languageExtensions {
			all[transform+cmp.Or(name, "without a name")] = canonical(given)
		}
	}
	return all
}

// newMacros returns those of the new template that the old one does not have alike: they can make what seems to be gone.
func (p *pair) newMacros() []string {
	if p.new == nil {
		return nil
	}
	was, is := macros(p.old), macros(p.new)
	maps.DeleteFunc(is, func(name, text string) bool { return was[name] == text })
	return slices.Sorted(maps.Keys(is))
}

// judgeMacros says of a stack's macros that they are not compared.
func (c *comparison) judgeMacros(p *pair) {
	if p.old == nil {
		return // whatever they make is new
	}
	was, is := macros(p.old), macros(p.new)
	names := slices.AppendSeq(slices.Collect(maps.Keys(was)), maps.Keys(is))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		before, old := was[name]
		after, still := is[name]
		if before == after && old == still {
			c.note("%s of the stack %q is written alike in both; what it makes of the rest is only known at deployment", name, p.old.Stack)
			continue
		}
		verb := "changes"
		switch {
		case !old:
			verb = "is new"
		case !still:
			verb = "is gone"
		}
		c.add(Finding{
			Effect: NotCompared, Stack: p.old.Stack, Resource: p.old.Stack + "/" + name, ID: name,
			Reason: fmt.Sprintf("%s %s, and what it makes is only known at deployment", name, verb), Consequence: processed,
		})
	}
}

// judgeMacrosOf says so of a resource that a macro completes, if the macro changes.
func (c *comparison) judgeMacrosOf(p *pair, id string) {
	before, after := p.old.Resources[id], p.new.Resources[id]
	f := p.finding(NotCompared, id)
	f.Consequence = processed
	switch {
	case canonical(before.Macros) != canonical(after.Macros):
		f.Reason = fmt.Sprintf("%s of it changes, and only the deployment knows what that makes", named(before.Macros, after.Macros))
	case before.Type != after.Type:
		return
	default:
		name := changedMacros(before, after)
		if name == "" {
			return
		}
		f.Reason = name + " in its properties changes, and can change one that replaces it"
	}
	c.add(f)
}

// changedMacros returns the macros that change and stand on the way to a property whose change replaces the resource.
func changedMacros(before, after cfn.Resource) string {
	rule, _ := replacementOf(before.Type)
	paths := slices.Concat(rule.always, rule.maybe)
	if before.Type == cfn.FunctionType {
		paths = append(paths, "Code/ImageUri") // the package type follows it
	}
	for _, path := range paths {
		was, is := macrosOn(before.Properties, path), macrosOn(after.Properties, path)
		if canonical(was) != canonical(is) {
			return named(was, is)
		}
	}
	return ""
}

// named returns the names of macros on either side.
func named(all ...map[string]any) string {
	var names []string
	for _, one := range all {
		names = slices.AppendSeq(names, maps.Keys(one))
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

// macrosOn returns the macros that stand on the way to a property.
func macrosOn(properties map[string]any, path string) map[string]any {
	found := map[string]any{}
	var value any = properties
	for name := range strings.SplitSeq(path, "/") {
		object, is := value.(map[string]any)
		if !is {
			break // in a list, differs sees the whole of it
		}
		maps.Copy(found, cfn.MacrosIn(object))
		value = object[name]
	}
	if len(found) == 0 {
		return nil
	}
	return found
}

// isServerless reports whether SAM makes other resources of one.
func isServerless(r cfn.Resource) bool { return strings.HasPrefix(r.Type, "AWS::Serverless::") }

// transforms reports whether a template is rewritten by something that makes other resources of those it has.
func transforms(t *cfn.Template) bool {
	for name := range macros(t) {
		if strings.HasPrefix(name, transform) {
			return true
		}
	}
	return false
}
