package adopt

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// adoptedAlias returns the id of the function's alias that is adopted, "" if there is none. Of several it is the one that
// most of the template refers to.
func (s *subject) adoptedAlias() string {
	switch len(s.aliases) {
	case 0:
		return ""
	case 1:
		return s.aliases[0]
	}
	uses := map[string]int{}
	for _, t := range s.assembly {
		for _, id := range t.IDs() {
			for _, target := range s.assembly.Targets(t, t.Resources[id].Properties) {
				if target.In == s.in {
					uses[target.ID]++
				}
			}
		}
	}
	return slices.MaxFunc(s.aliases, func(a, b string) int { return uses[a] - uses[b] })
}

// aliasOptions adopts the function's alias.
func (w *writer) aliasOptions() {
	if w.alias == "" {
		return
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
	if most, is := only(w.in.Resources[w.alias].Properties["ProvisionedConcurrencyConfig"], "ProvisionedConcurrentExecutions"); is {
		w.field("CurrentVersionOptions", "&awslambda.VersionOptions{ProvisionedConcurrentExecutions: "+goNumber(most)+"}", "of the alias")
	}
}

// overrides keeps the ids of what CDK makes below the function and no option adopts.
func (w *writer) overrides() {
	if id, moved := w.movedBelow("EventInvokeConfig", "AWS::Lambda::EventInvokeConfig"); moved {
		w.override("fn.Serving()", "EventInvokeConfig", "awslambda.CfnEventInvokeConfig", id)
	}
	w.latestURL()
	if id, moved := w.movedBelow("SecurityGroup", "AWS::EC2::SecurityGroup"); moved && w.refersTo(w.Properties["VpcConfig"], id) {
		name := w.override("fn.Serving()", "SecurityGroup", "awsec2.CfnSecurityGroup", id)
		// CDK makes the description of the path, and another one replaces the group.
		w.call(name+".AddPropertyOverride(jsii.String(\"GroupDescription\"), "+goAny(w.in.Resources[id].Properties["GroupDescription"])+")", "")
	}
}

// latestURL keeps the Function URL that the function has below it, if its construct gets another path. In place the app's own
// call keeps it, on fn.Serving().
func (w *writer) latestURL() {
	if id, moved := w.movedBelow("FunctionUrl", "AWS::Lambda::Url"); moved {
		w.keepID(w.functionURL("fn.Serving()", id), id)
	}
}

// movedBelow returns a resource below the function whose id the construct's path does not make.
func (w *writer) movedBelow(path, kind string) (id string, moved bool) {
	id, found := w.below(path, kind)
	return id, found && (w.elsewhere || !hasOwnID(w.in.Resources[id], id))
}

// override keeps the id of what CDK makes below the function or its alias, and returns the variable that has it.
func (w *writer) override(parent, child, kind, id string) string {
	name := w.variable(child)
	w.call(fmt.Sprintf("%s := %s.Node().FindChild(jsii.String(%q)).Node().DefaultChild().(%s)", name, parent, child, kind), "")
	w.keepID(name, id)
	return name
}
