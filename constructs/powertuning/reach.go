package powertuning

import (
	"cmp"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/input"
)

// reach is what a tuner may reach. What its steps may do, the template's parameters and the defaults of executions
// follow from it at synthesis, when all targets are known; and before that, whether another target fits.
type reach struct {
	autoOptimize *input.AutoOptimize
	processors   []*arn
	further      []*reached // Functions and FunctionArns
	targets      []*target
	// parameters are those of the tuning stack that have nothing to do with functions, and payloadBytes is the length
	// of PowerTuningProps.Payload.
	parameters, payloadBytes int
}

// newReach returns what the properties let a tuner reach, before it has targets. They have been checked.
func newReach(stack awscdk.Stack, props *PowerTuningProps, d input.Defaults) reach {
	r := reach{autoOptimize: d.AutoOptimize, payloadBytes: len(d.Payload), parameters: parametersOf(stack, props, d)}
	for _, f := range prop.Value(props.Functions) {
		r.further = append(r.further, reachedFunction(stack, f, r.aliases()))
	}
	for _, functionARN := range prop.Value(props.FunctionArns) {
		r.further = append(r.further, reachedByARN(stack, functionARN, r.aliases()))
	}
	for _, f := range prop.Value(props.Processors) {
		const qualifier = 129 // the colon and the longest name of an alias
		a := &arn{text: f.FunctionArn(), bytes: longestARN("lambda", "function") + longestFunctionName + qualifier}
		if a.token = *awscdk.Token_IsUnresolved(a.text); !a.token {
			a.bytes = len(*a.text)
		}
		r.processors = append(r.processors, a)
	}
	return r
}

// aliases returns those that an input may have moved.
func (r reach) aliases() []string {
	if r.autoOptimize == nil {
		return nil
	}
	return r.autoOptimize.Aliases
}

// with returns the reach with one more target.
func (r reach) with(t *target) reach {
	r.targets = append(slices.Clone(r.targets), t)
	return r
}

// byName returns the targets by their names, so that no template depends on the order in which they were added.
func (r reach) byName() []*target {
	return slices.SortedFunc(slices.Values(r.targets), func(a, b *target) int { return cmp.Compare(a.Name, b.Name) })
}

// tuned returns all functions that may be tuned.
func (r reach) tuned() []*reached {
	all := slices.Clone(r.further)
	for _, t := range r.byName() {
		all = append(all, t.functions...)
	}
	return all
}

// applies reports whether a winner may be applied to a function: AutoOptimize is for it, and no construct owns it.
func (r reach) applies(f *reached) bool {
	text := *f.arn().text
	owned := slices.ContainsFunc(r.targets, func(t *target) bool { return slices.Contains(t.Functions, text) })
	return !owned && r.autoOptimize.Forbids(text, "") == ""
}

// references returns everything in the parent stack that functions, targets and payloads refer to.
func (r reach) references() map[string]bool {
	all := map[string]bool{}
	add := func(references []string) {
		for _, reference := range references {
			all[reference] = true
		}
	}
	for _, f := range r.tuned() {
		add(f.references)
	}
	for _, t := range r.targets {
		add(t.references)
	}
	return all
}

// defaults returns the defaults of executions with what they may tune.
func (r reach) defaults(d input.Defaults) input.Defaults {
	for _, t := range r.byName() {
		d.Targets = append(d.Targets, t.DefaultTarget)
	}
	if len(d.Targets) == 0 {
		for _, f := range r.further {
			d.Functions = append(d.Functions, *f.arn().text)
		}
	}
	return d
}

// row is what a step may do with some ARNs.
type row struct {
	grant
	arns []*arn
}

// rows returns what a step may do with what it reaches.
func (r reach) rows(s asl.Step) []row {
	var rows []row
	add := func(g grant, arns []*arn) {
		seen := map[string]bool{}
		arns = slices.DeleteFunc(slices.Clone(arns), func(a *arn) bool { // a function may be given twice
			before := seen[*a.text]
			seen[*a.text] = true
			return before
		})
		if len(arns) > 0 {
			rows = append(rows, row{g, arns})
		}
	}
	switch s {
	case asl.Plan:
		var serving []*arn
		for _, t := range r.byName() {
			if t.serving != nil {
				serving = append(serving, t.serving)
			}
		}
		// The configuration behind an alias that serves instead of tuned functions.
		add(may(qualified, "lambda:GetFunctionConfiguration"), serving)
	case asl.Measure:
		add(may(qualified, "lambda:InvokeFunction"), r.processors)
	}
	tuned := r.tuned()
	if s == asl.Apply {
		tuned = slices.DeleteFunc(tuned, func(f *reached) bool { return !r.applies(f) })
	}
	for _, g := range r.grants(s) {
		var arns []*arn
		for _, f := range tuned {
			arns = append(arns, f.on[g.on]...)
		}
		add(g, arns)
	}
	return rows
}

// grants returns what a step may do with each tuned function.
func (r reach) grants(s asl.Step) []grant {
	if s == asl.Apply && len(r.aliases()) > 0 {
		return slices.Concat(grants[s], moving)
	}
	return grants[s]
}
