package adopt

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/cfn"
)

// ofAlias returns the function's resources of a type whose qualifier is an alias, "" for $LATEST.
func (s *subject) ofAlias(alias, kind, property string) []string {
	return slices.DeleteFunc(s.owned(kind, property), func(id string) bool {
		of, is := s.qualified(s.in.Resources[id], property)
		return !is || of != alias
	})
}

// qualified returns the alias that a resource belongs to, "" for $LATEST. is is false if it belongs to a version or to what
// the template does not have.
func (s *subject) qualified(r cfn.Resource, property string) (alias string, is bool) {
	qualifier := r.Properties["Qualifier"]
	if qualifier == nil || qualifier == "$LATEST" {
		return s.aliasOf(r.Properties[property]), true
	}
	for _, id := range s.aliases {
		if s.refersTo(qualifier, id) || goAny(qualifier) == goAny(s.in.Resources[id].Properties["Name"]) {
			return id, true
		}
	}
	return "", false
}

// asynchronous gives the settings of asynchronous invocations that $LATEST has.
func (w *writer) asynchronous() {
	for _, id := range w.ofAlias("", "AWS::Lambda::EventInvokeConfig", "FunctionName") {
		for _, field := range w.asynchronousFields(w.in.Resources[id]) {
			w.line("%s,", field)
		}
	}
}

// asynchronousFields writes such settings as fields of awslambda.EventInvokeConfigOptions.
func (w *writer) asynchronousFields(r cfn.Resource) (fields []string) {
	if age := r.Properties["MaximumEventAgeInSeconds"]; age != nil {
		fields = append(fields, "MaxEventAge: "+goSeconds(age))
	}
	if attempts := r.Properties["MaximumRetryAttempts"]; attempts != nil {
		fields = append(fields, "RetryAttempts: "+goNumber(attempts))
	}
	destinations, _ := r.Properties["DestinationConfig"].(map[string]any)
	for _, name := range []string{"OnSuccess", "OnFailure"} {
		if target, is := only(destinations[name], "Destination"); is {
			fields = append(fields, name+": "+w.parameter(name, "awslambda.IDestination", "the destination "+w.named(target)))
		}
	}
	return fields
}

// aliasKept keeps what the adopted alias has and no option gives it.
func (w *writer) aliasKept() {
	if w.alias == "" {
		return
	}
	properties := w.in.Resources[w.alias].Properties
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		_, said := only(properties[name], "ProvisionedConcurrentExecutions")
		if slices.Contains([]string{"FunctionName", "FunctionVersion", "Name"}, name) || name == "ProvisionedConcurrencyConfig" && said {
			continue
		}
		w.call(fmt.Sprintf("fn.LiveServing().Node().DefaultChild().(awslambda.CfnAlias).AddPropertyOverride(jsii.String(%q), %s)", name, goAny(properties[name])), w.comment(properties[name]))
	}
	if w.hasWeights() {
		w.note("the alias %s splits its traffic: the lines keep that, and move it all at once; take RoutingConfig and AllAtOnce out when the split is over, and keep the versions that it names in the app until then", w.in.Name(w.alias))
	}
	w.aliasAsynchronous()
	for _, id := range w.ofAlias(w.alias, "AWS::Lambda::Url", "TargetFunctionArn") {
		w.keepID(w.functionURL("fn.LiveServing()", id), id)
	}
}

// hasWeights reports whether the alias that is adopted leads to two versions. CodeDeploy moves an alias from one version to
// one other.
func (w *writer) hasWeights() bool { return w.in.Resources[w.alias].Properties["RoutingConfig"] != nil }

// aliasAsynchronous keeps the alias's settings of asynchronous invocations. Otherwise it would have those of $LATEST.
func (w *writer) aliasAsynchronous() {
	for _, id := range w.ofAlias(w.alias, "AWS::Lambda::EventInvokeConfig", "FunctionName") {
		if w.latestIsAsynchronous() {
			w.call("fn.LiveServing().Node().TryRemoveChild(jsii.String(\"EventInvokeConfig\"))", "those of $LATEST")
		}
		w.line("fn.LiveServing().ConfigureAsyncInvoke(&awslambda.EventInvokeConfigOptions{\n%s\n})", joined(w.asynchronousFields(w.in.Resources[id])))
		w.override("fn.LiveServing()", "EventInvokeConfig", "awslambda.CfnEventInvokeConfig", id)
	}
}

func (w *writer) latestIsAsynchronous() bool {
	return len(w.ofAlias("", "AWS::Lambda::EventInvokeConfig", "FunctionName")) > 0
}

// functionURL writes a Function URL of the function or its alias, and returns the variable that has it. Under another id it
// has another address.
func (w *writer) functionURL(parent, id string) string {
	var fields, rest []string
	properties := w.in.Resources[id].Properties
	constants := map[string]option{
		"AuthType":   oneOf("AuthType", "awslambda.FunctionUrlAuthType_", "AWS_IAM", "NONE"),
		"InvokeMode": oneOf("InvokeMode", "awslambda.InvokeMode_", "BUFFERED", "RESPONSE_STREAM"),
	}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if slices.Contains([]string{"TargetFunctionArn", "Qualifier"}, name) {
			continue
		}
		if write := constants[name]; write != nil {
			if field, expression := write(w, properties[name]); field != "" {
				fields = append(fields, field+": "+expression)
				continue
			}
		}
		rest = append(rest, name)
	}
	name := w.variable("url")
	w.line("%s := %s.AddFunctionUrl(&awslambda.FunctionUrlOptions{\n%s\n}).Node().DefaultChild().(awslambda.CfnUrl)", name, parent, joined(fields))
	for _, property := range rest {
		w.call(fmt.Sprintf("%s.AddPropertyOverride(jsii.String(%q), %s)", name, property, goAny(properties[property])), w.comment(properties[property]))
	}
	return name
}

func joined(fields []string) string {
	if len(fields) == 0 {
		return ""
	}
	return strings.Join(fields, ",\n") + ","
}

// keepID gives a resource that a variable has the id of today.
func (w *writer) keepID(variable, id string) {
	w.call(fmt.Sprintf("%s.OverrideLogicalId(jsii.String(%q))", variable, id), "")
	w.overridden = append(w.overridden, id)
}
