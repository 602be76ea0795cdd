package loss

import (
	"fmt"
	"strings"

	"github.com/dualarch/dualarch/internal/cfn"
)

// judgeDeleted reports a resource that the new template no longer has.
func (c *comparison) judgeDeleted(p *pair, id string) {
	r := p.old.Resources[id]
	if r.Type == "AWS::CDK::Metadata" {
		return
	}
	f := p.finding(Deleted, id)
	f.Reason = "the new template has no " + id
	if p.new == nil {
		f.Reason = "its stack is deleted"
	}
	if makers := p.newMacros(); makers != nil {
		f.Effect = NotCompared
		f.Reason += fmt.Sprintf(" but %s, which may make it at deployment", strings.Join(makers, ", "))
		f.Consequence = processed
		c.add(f)
		return
	}
	if retained(r.DeletionPolicy) {
		f.Effect = LeftBehind
		f.Reason += ", and its DeletionPolicy is " + r.DeletionPolicy
		f.Consequence = "it stays as it is, without a stack that changes or deletes it"
		if successor := c.named(p, id); successor != "" {
			f.Consequence += fmt.Sprintf("; %s cannot be created while it is there", successor)
		}
		c.add(f)
		return
	}
	if r.DeletionPolicy == "Snapshot" {
		f.Reason += "; a snapshot of it is kept"
	}
	c.describeGone(&f, p, id)
	c.add(f)
}

// named returns the new resource that has the name of one that stays.
func (c *comparison) named(p *pair, id string) string {
	if p.new == nil {
		return ""
	}
	key := c.identity(p.oldAssembly, p.old, id)
	for _, other := range p.created() {
		if key != "" && c.identity(p.newAssembly, p.new, other) == key {
			return p.new.Name(other)
		}
	}
	return ""
}

// successor returns the new resource of the same type that does the same: of the same function, API or topic.
func (c *comparison) successor(p *pair, id string, properties ...string) string {
	if p.new == nil {
		return ""
	}
	r := p.old.Resources[id]
	for _, other := range p.created() {
		if next := p.new.Resources[other]; next.Type == r.Type && sameProperties(r, next, properties) {
			return other
		}
	}
	return ""
}

func sameProperties(a, b cfn.Resource, properties []string) bool {
	for _, property := range properties {
		if canonical(a.Properties[property]) != canonical(b.Properties[property]) {
			return false
		}
	}
	return true
}
