package adopt

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// aliasOptions adopts the function's alias. Of several it is the one that most of the template refers to.
func (w *writer) aliasOptions() {
	if len(w.aliases) == 0 {
		return
	}
	w.alias = w.aliases[0]
	if len(w.aliases) > 1 {
		uses := map[string]int{}
		for _, t := range w.assembly {
			for _, id := range t.IDs() {
				for _, target := range w.assembly.Targets(t, t.Resources[id].Properties) {
					if target.In == w.in {
						uses[target.ID]++
					}
				}
			}
		}
		w.alias = slices.MaxFunc(w.aliases, func(a, b string) int { return uses[a] - uses[b] })
	}
	r := w.in.Resources[w.alias]
	w.line("Alias: &dualarch.ServingAliasOptions{")
	if name := r.Properties["Name"]; name != nil {
		w.field("Name", goString(name), "")
	}
	w.field("Adopt", "jsii.String("+strconv.Quote(w.alias)+")", "")
	w.line("},")
	if len(w.aliases) > 1 {
		var others []string
		for _, id := range w.aliases {
			if id != w.alias {
				others = append(others, w.in.Name(id))
			}
		}
		w.note("the function has more aliases; keep them in the app, on fn.Serving(): %s", strings.Join(others, ", "))
	}
	if _, is := r.UpdatePolicy["CodeDeployLambdaAliasUpdate"]; is {
		w.note("a CodeDeploy deployment group of the app's moves the alias; take it out in the same deployment, because the construct makes one")
	}
	for _, id := range w.in.IDs("AWS::ApplicationAutoScaling::ScalableTarget") {
		if w.refersTo(w.in.Resources[id].Properties["ResourceId"], w.alias) {
			w.note("%s scales the alias's provisioned concurrency; give it fn.LiveServing()", w.in.Name(id))
		}
	}
}

// provisioned gives the alias its provisioned concurrency.
func (w *writer) provisioned() {
	for _, id := range w.aliases {
		if most, is := only(w.in.Resources[id].Properties["ProvisionedConcurrencyConfig"], "ProvisionedConcurrentExecutions"); is {
			w.field("CurrentVersionOptions", "&awslambda.VersionOptions{ProvisionedConcurrentExecutions: "+goNumber(most)+"}", "of the alias")
			return
		}
	}
}

// asynchronous gives the settings of asynchronous invocations.
func (w *writer) asynchronous() {
	for _, id := range w.owned("AWS::Lambda::EventInvokeConfig", "FunctionName") {
		r := w.in.Resources[id]
		if r.Properties["Qualifier"] != "$LATEST" {
			continue
		}
		if age := r.Properties["MaximumEventAgeInSeconds"]; age != nil {
			w.field("MaxEventAge", goSeconds(age), "")
		}
		if attempts := r.Properties["MaximumRetryAttempts"]; attempts != nil {
			w.field("RetryAttempts", goNumber(attempts), "")
		}
		destinations, _ := r.Properties["DestinationConfig"].(map[string]any)
		for _, name := range []string{"OnSuccess", "OnFailure"} {
			if target, is := only(destinations[name], "Destination"); is {
				w.field(name, w.parameter(name, "awslambda.IDestination", "the destination "+w.named(target)), "")
			}
		}
	}
}

// overrides keeps the ids of what CDK makes below the function and no option adopts.
func (w *writer) overrides() {
	if id, moved := w.movedBelow("EventInvokeConfig", "AWS::Lambda::EventInvokeConfig"); moved {
		w.override("EventInvokeConfig", "awslambda.CfnEventInvokeConfig", id)
	}
	if id, moved := w.movedBelow("SecurityGroup", "AWS::EC2::SecurityGroup"); moved && w.refersTo(w.Properties["VpcConfig"], id) {
		name := w.override("SecurityGroup", "awsec2.CfnSecurityGroup", id)
		// CDK makes the description of the path, and another one replaces the group.
		w.call(name+".AddPropertyOverride(jsii.String(\"GroupDescription\"), "+goAny(w.in.Resources[id].Properties["GroupDescription"])+")", "")
	}
}

// movedBelow returns a resource below the function whose id the construct's path does not make.
func (w *writer) movedBelow(path, kind string) (id string, moved bool) {
	id, found := w.below(path, kind)
	return id, found && (w.elsewhere || !hasOwnID(w.in.Resources[id], id))
}

// override keeps the id of what CDK makes below the function, and returns the variable that has it.
func (w *writer) override(child, kind, id string) string {
	name := w.variable(child)
	w.call(fmt.Sprintf("%s := fn.Serving().Node().FindChild(jsii.String(%q)).Node().DefaultChild().(%s)", name, child, kind), "")
	w.call(fmt.Sprintf("%s.OverrideLogicalId(jsii.String(%q))", name, id), "")
	w.overridden = append(w.overridden, id)
	return name
}
