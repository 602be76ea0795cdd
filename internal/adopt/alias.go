package adopt

import (
	"cmp"
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

// qualified returns the id of the alias that a resource's Qualifier means, "" if it is another qualifier.
func (s *subject) qualified(qualifier any) string {
	for _, id := range s.aliases {
		if name := s.in.Resources[id].Properties["Name"]; name != nil && name == qualifier || s.refersTo(qualifier, id) {
			return id
		}
	}
	return ""
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
	if r.Properties["RoutingConfig"] != nil {
		w.note("%s sends a part of its traffic to another version (RoutingConfig); end that before the first deployment, which sends all of it to one", w.in.Name(w.alias))
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

// asynchronous gives the settings of asynchronous invocations: those of the alias, which traffic reaches, or else those of
// $LATEST. The options are for both.
func (w *writer) asynchronous() {
	var latest, live string
	for _, id := range w.owned("AWS::Lambda::EventInvokeConfig", "FunctionName") {
		switch qualifier := w.in.Resources[id].Properties["Qualifier"]; {
		case qualifier == "$LATEST":
			latest = id
		case w.alias != "" && w.qualified(qualifier) == w.alias:
			live = id
		}
	}
	w.liveInvokeConfig = live
	if latest != "" && live != "" {
		w.note("%s and %s may differ; the lines give both what the latter has", w.in.Name(latest), w.in.Name(live))
	}
	if id := cmp.Or(live, latest); id != "" {
		r := w.in.Resources[id]
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
		w.override("fn.Serving()", "EventInvokeConfig", "awslambda.CfnEventInvokeConfig", id)
	}
	if w.liveInvokeConfig != "" {
		w.override("fn.LiveServing()", "EventInvokeConfig", "awslambda.CfnEventInvokeConfig", w.liveInvokeConfig)
	}
	if id, moved := w.movedBelow("SecurityGroup", "AWS::EC2::SecurityGroup"); moved && w.refersTo(w.Properties["VpcConfig"], id) {
		name := w.override("fn.Serving()", "SecurityGroup", "awsec2.CfnSecurityGroup", id)
		// CDK makes the description of the path, and another one replaces the group.
		w.call(name+".AddPropertyOverride(jsii.String(\"GroupDescription\"), "+goAny(w.in.Resources[id].Properties["GroupDescription"])+")", "")
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
	w.call(fmt.Sprintf("%s.OverrideLogicalId(jsii.String(%q))", name, id), "")
	w.overridden = append(w.overridden, id)
	return name
}
