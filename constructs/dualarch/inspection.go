package dualarch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/cdkcompat"
	"github.com/dualarch/dualarch/internal/binarch"
)

// inspection is a part of what a Guard does when CDK validates a stage: one resource that it visited, or a few in stages
// that CDK keeps it from. All in one call would be too much for an app of some eighty functions: see watchedFunction.
type inspection struct {
	guard     *aspect
	stage     awscdk.Stage
	far       bool
	resources []awscdk.CfnResource
}

// Validate is called by CDK, after that of watched.
func (i *inspection) Validate() *[]*string {
	t := watchedStages[i.stage].tree
	var stop []string
	for _, resource := range i.resources {
		stop = append(stop, i.guard.inspect(t, resource, i.far)...)
	}
	if delete(i.guard.open, i); len(i.guard.open) == 0 {
		stop = append(stop, i.guard.finish(t)...)
	}
	return jsii.Strings(stop...)
}

// add has a construct validated by a part of the Guard's work.
func (a *aspect) add(construct constructs.IConstruct, i *inspection) {
	a.parts[i.stage] = append(a.parts[i.stage], i)
	construct.Node().AddValidation(i)
}

// farResources is how many resources in stages below are inspected in one call.
const farResources = 16

// divide prepares the inspection of what is in the stages below a stage: CDK has synthesized these already, and validates
// nothing in them any more.
func (a *aspect) divide(stage awscdk.Stage) {
	var far []awscdk.CfnResource
	known := map[constructs.IConstruct]bool{}
	for _, node := range *stage.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		below, is := node.(awscdk.Stage)
		if !is || below == stage || known[node] {
			continue
		}
		for _, node := range *below.Node().FindAll(constructs.ConstructOrder_PREORDER) {
			known[node] = true
			if mayCarry(node) {
				far = append(far, node.(awscdk.CfnResource))
			}
		}
	}
	for ; len(far) > 0; far = far[min(len(far), farResources):] {
		a.add(stage, &inspection{guard: a, stage: stage, far: true, resources: far[:min(len(far), farResources)]})
	}
}

// begin prepares for the validation of a stage. What was removed since it was visited is not validated.
func (a *aspect) begin(t *tree) (stop []string) {
	a.open = map[*inspection]bool{}
	for _, i := range a.parts[t.stage] {
		if i.far || t.resources[i.resources[0]] {
			a.open[i] = true
		}
	}
	if len(a.open) == 0 {
		return a.finish(t)
	}
	return nil
}

// inspect judges a resource, far from the Guard if CDK keeps it from the resource's stage and no other Guard visited it.
// The problems that it returns stop synthesis.
func (a *aspect) inspect(t *tree, resource awscdk.CfnResource, far bool) (stop []string) {
	if far && visited(t, resource) {
		return nil
	}
	_, kind := carrier(resource)
	if kind != functionType {
		if u, found := t.unchecked(resource, kind); found {
			a.unchecked[resource] = u.UncheckedResource
			if !far {
				u.tell()
			}
		}
		return nil
	}
	entry, own := a.assess(t, resource)
	if far {
		if found := own.Of(binarch.Error); len(found) > 0 && t.siblings[resource] == nil {
			stop = append(stop, entry.Path+": "+own.Text(binarch.Error, t.more()))
		}
		return stop
	}
	construct := annotated(resource)
	if t.siblings[resource] == nil {
		annotate(construct, own, t.more())
	}
	cdkcompat.Inform(construct, readinessID, entry.Text(t.more()))
	return nil
}

// visited reports whether any Guard of the app visited a resource.
func visited(t *tree, resource awscdk.CfnResource) bool {
	for _, g := range guards[awscdk.App_Of(t.stage)] {
		if g.visited[resource] {
			return true
		}
	}
	return false
}

// finish is called once all of a stage is inspected.
func (a *aspect) finish(t *tree) (stop []string) {
	if home := a.homes[t.stage]; home != nil {
		warnUnused(home, a.accepted, a.used)
	}
	return a.write(t.stage)
}
