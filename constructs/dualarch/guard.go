package dualarch

import (
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/guard"
)

// GuardProps are what a Guard reports.
type GuardProps struct {
	// Accept lists findings, in functions other than those of a DualArchFunction, that somebody has reviewed and
	// found harmless. There is no switch for all of them.
	//
	// Default: none; errors stop synthesis.
	Accept *[]*AcceptedFinding
}

// ReadinessFile is the file that a Guard writes into the app's output folder, cdk.out.
const ReadinessFile = "dualarch-readiness.json"

// NewGuard returns an Aspect that judges every Lambda function of the app, stage or stack that it is added to. It
// stops synthesis if code or layers cannot run on the function's architecture, and reports what keeps the function
// from arm64: in annotations and, for all functions together, in ReadinessFile. A DualArchFunction checks itself,
// with or without a Guard; its siblings are in the file too. Other resources with code for Lambda, such as web
// functions, are named there as unchecked.
//
// CDK does not apply an app's Aspects to the stages in it. An app's Guard looks there all the same, but cannot
// annotate what it finds: for that, add the same Guard to each stage.
func NewGuard(props *GuardProps) awscdk.IAspect {
	if props == nil {
		props = &GuardProps{}
	}
	var found problems
	checkAccepted(&found, "Accept", props.Accept)
	found.Stop("Guard cannot be made")
	accepted := acceptances(props.Accept)
	return &aspect{
		accepted: accepted, used: make([]bool, len(accepted)),
		visited: map[awscdk.CfnResource]bool{}, stages: map[awscdk.Stage]bool{}, parts: map[awscdk.Stage][]*inspection{},
		homes: map[awscdk.Stage]constructs.IConstruct{}, entries: map[awscdk.CfnResource]guard.Entry{},
		unchecked: map[awscdk.CfnResource]guard.UncheckedResource{},
	}
}

// aspect implements IAspect. It only notes what it visits, because functions are complete only when CDK validates
// them.
type aspect struct {
	accepted []guard.Acceptance
	used     []bool
	visited  map[awscdk.CfnResource]bool
	stages   map[awscdk.Stage]bool // those that were visited themselves
	// homes are where annotations about the Guard itself go: stacks, because the CDK CLI shows no others.
	homes map[awscdk.Stage]constructs.IConstruct
	parts map[awscdk.Stage][]*inspection
	// open are the parts that CDK has not asked for yet, of the stage that it validates.
	open      map[*inspection]bool
	entries   map[awscdk.CfnResource]guard.Entry
	unchecked map[awscdk.CfnResource]guard.UncheckedResource
}

// guards are the Guards of an app in the order in which CDK visits them: a stage can have one of its own, but the
// readiness is the app's.
var guards = map[awscdk.App][]*aspect{}

// watch has a stage checked by the Guard.
func (a *aspect) watch(stage awscdk.Stage) {
	watch(stage).add(a)
	app := awscdk.App_Of(stage)
	if !slices.Contains(guards[app], a) {
		guards[app] = append(guards[app], a)
	}
}

// Visit implements awscdk.IAspect.
func (a *aspect) Visit(node constructs.IConstruct) {
	if stage, is := node.(awscdk.Stage); is {
		a.stages[stage] = true
		a.watch(stage)
		a.divide(stage)
		return
	}
	resource, kind := carrier(node)
	_, isStack := node.(awscdk.Stack)
	isInspected := inspected(kind)
	if !isInspected && !isStack {
		return
	}
	stage := awscdk.Stage_Of(node)
	a.watch(stage)
	if a.homes[stage] == nil {
		a.homes[stage] = node
	}
	if isInspected {
		a.visited[resource] = true
		a.add(resource, &inspection{guard: a, stage: stage, resources: []awscdk.CfnResource{resource}})
	}
}

// assess adds a function's entry to the readiness. A sibling was judged by its DualArchFunction.
func (a *aspect) assess(t *tree, resource awscdk.CfnResource) (guard.Entry, guard.Verdict) {
	f := t.function(resource)
	sibling := t.siblings[resource]
	var own guard.Verdict
	if sibling != nil {
		own = sibling.verdict
	} else {
		own = judge(f, f.Target.Architecture)
		own.Accept(a.accepted, a.used)
	}
	arm, dual := own, sibling != nil && !sibling.alone
	if !dual && f.Target.Architecture != binarch.Arm64 {
		arm = judge(f, binarch.Arm64)
		arm.Accept(a.accepted, a.used)
	}
	entry := guard.Assess(f, own, arm, dual)
	a.entries[resource] = entry
	return entry, own
}

// write writes what is known so far. CDK synthesizes stages before their app, so the last call writes everything.
func (a *aspect) write(stage awscdk.Stage) (stop []string) {
	app := awscdk.App_Of(stage)
	entries, unchecked := map[awscdk.CfnResource]guard.Entry{}, map[awscdk.CfnResource]guard.UncheckedResource{}
	var accepted []guard.Acceptance
	var used []bool
	for _, g := range guards[app] {
		maps.Copy(entries, g.entries)
		maps.Copy(unchecked, g.unchecked)
		accepted, used = append(accepted, g.accepted...), append(used, g.used...)
	}
	content, err := guard.NewReadiness(slices.Collect(maps.Values(entries)), slices.Collect(maps.Values(unchecked)), accepted, used).JSON()
	if err == nil {
		err = os.WriteFile(filepath.Join(*app.Outdir(), ReadinessFile), content, 0o644)
	}
	if err != nil {
		return []string{"the readiness of the app could not be written: " + err.Error()}
	}
	return nil
}
