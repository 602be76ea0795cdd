package loss

import (
	"cmp"
	"slices"

	"github.com/dualarch/dualarch/internal/cfn"
)

// Effect is what becomes of a resource.
type Effect string

// The effects, from the worst to the mildest.
const (
	Refused       Effect = "refused"         // the deployment fails
	Deleted       Effect = "deleted"         // it is gone
	Replaced      Effect = "replaced"        // another one takes its place
	MayBeReplaced Effect = "may be replaced" // only the deployment knows
	NotCompared   Effect = "not compared"    // only the deployment knows what a loop, an inclusion or a transform makes
	LeftBehind    Effect = "left behind"     // it stays, and belongs to no stack
)

var effects = []Effect{Refused, Deleted, Replaced, MayBeReplaced, NotCompared, LeftBehind}

// What goes with a resource, beside the resource itself.
const (
	Position = "position"  // of a stream's reader
	Address  = "address"   // that callers have
	LogGroup = "log group" // nobody writes to it any more
)

// Finding is what becomes of one resource.
type Finding struct {
	Effect Effect `json:"effect"`
	// Harmless is true if every deployment of the kind does it, and nobody notices.
	Harmless bool   `json:"harmless,omitempty"`
	Stack    string `json:"stack"`
	// Resource is the path of the construct, or the stack and the logical id.
	Resource string `json:"resource"`
	ID       string `json:"logicalId"`
	Type     string `json:"type"`
	// Property is the one whose change causes it.
	Property string `json:"property,omitempty"`
	// Reason and Consequence are for people.
	Reason      string   `json:"reason"`
	Consequence string   `json:"consequence,omitempty"`
	Loses       []string `json:"loses,omitempty"`
}

// Report is what a deployment would lose.
type Report struct {
	Findings []Finding `json:"findings"`
	// Notes say what was not compared.
	Notes []string `json:"notes,omitempty"`
}

// Losses returns the findings that are not harmless.
func (r *Report) Losses() []Finding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f Finding) bool { return f.Harmless })
}

// Compare returns what deploying the templates of one app over those of another would lose.
func Compare(before, after []cfn.Assembly) (*Report, error) {
	c := &comparison{label: map[*cfn.Template]string{}, certain: map[place]bool{}, possible: map[place]bool{}}
	if err := c.pair(before, after); err != nil {
		return nil, err
	}
	c.findReplaced()
	for _, p := range c.pairs {
		c.judgeMacros(p)
		for _, id := range p.oldIDs() {
			c.judge(p, id)
		}
	}
	c.findConflicts()
	slices.SortStableFunc(c.report.Findings, func(a, b Finding) int {
		return cmp.Or(
			compareBools(a.Harmless, b.Harmless), cmp.Compare(a.Stack, b.Stack),
			cmp.Compare(slices.Index(effects, a.Effect), slices.Index(effects, b.Effect)), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.ID, b.ID),
		)
	})
	if c.report.Findings == nil {
		c.report.Findings = []Finding{}
	}
	return &c.report, nil
}

// compareBools orders false before true.
func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// place is a resource of a template.
type place struct {
	in *cfn.Template
	id string
}

// comparison is what is known while two apps are compared.
type comparison struct {
	pairs []*pair
	stays []root // stacks that are not in the new app
	// label names a stack, nested or not, alike before and after.
	label map[*cfn.Template]string
	// placeless is true if an environment is not known: then names count as those of one.
	placeless bool
	report    Report
	// certain and possible are the resources of the new templates that are, or may be, replaced.
	certain, possible map[place]bool
}

// judge reports what becomes of a resource that was there.
func (c *comparison) judge(p *pair, id string) {
	if p.new == nil || !p.kept(id) {
		c.judgeDeleted(p, id)
		return
	}
	if !c.judgeKept(p, id) {
		c.judgeMacrosOf(p, id)
	}
}

func (c *comparison) add(f Finding) { c.report.Findings = append(c.report.Findings, f) }

// finding begins a finding about a resource of the old template.
func (p *pair) finding(effect Effect, id string) Finding {
	return Finding{Effect: effect, Stack: p.old.Stack, Resource: p.old.Name(id), ID: id, Type: p.old.Resources[id].Type}
}
