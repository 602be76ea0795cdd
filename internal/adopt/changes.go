package adopt

import (
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"
)

// longestDescription is what is left of Lambda's 256 characters beside the hashes of both architectures' code.
const longestDescription = 204

// changed returns what the first deployment changes.
func (w *writer) changed() []string {
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	add("the function's description gets the hashes of its code, and a version of it is published")
	if w.runtime != "" {
		add("its runtime becomes %s", w.runtime)
	}
	switch {
	case w.isImage():
		add("the image is built or named anew; the function stays one of package type Image")
	default:
		add("the code is packaged anew from its source; the function stays one of package type Zip")
	}
	switch {
	case w.alias == "":
		add("the alias live is made on that version")
	case w.hasWeights():
		add("the alias %s moves to that version, all at once; the weights of other versions stay", w.in.Name(w.alias))
	default:
		add("the alias %s moves to that version, by CodeDeploy", w.in.Name(w.alias))
	}
	if w.alias != "" && w.latestIsAsynchronous() && len(w.ofAlias(w.alias, "AWS::Lambda::EventInvokeConfig", "FunctionName")) == 0 {
		add("the alias %s gets the settings of asynchronous invocations that $LATEST has; it has Lambda's defaults today", w.in.Name(w.alias))
	}
	for _, m := range w.mappings {
		what := m.of
		if what == "" {
			what = m.id
		}
		add("the event source mapping of %s leads to the alias; it keeps its id, its UUID and its position", what)
	}
	if !w.hasWeights() {
		add("CodeDeploy gets an application and a deployment group with two alarms: it moves the alias at later deployments")
	}
	add("beside it stand two siblings, their log groups and the tuner, which take no traffic")
	add("its role also allows what the siblings' logs need; nothing is taken away")
	return all
}

// stays returns what has to stay in the app for good.
func (w *writer) stays() []string {
	ids := w.adoptions()
	var all []string
	if ids.Function == "" {
		scope, id := w.place()
		all = append(all, fmt.Sprintf("the scope %s and the id %q of the construct: the logical id %s is made of them", scope, id, w.id))
	}
	for _, one := range ids.options() {
		all = append(all, fmt.Sprintf("Serving.Adopt.%s: %q", one.name, one.id))
	}
	for _, source := range slices.Sorted(maps.Keys(ids.EventSources)) {
		all = append(all, fmt.Sprintf("Serving.Adopt.EventSources: %q for %q", ids.EventSources[source], source))
	}
	if w.alias != "" {
		all = append(all, fmt.Sprintf("Serving.Alias.Adopt: %q", w.alias))
	}
	for _, id := range w.overridden {
		all = append(all, fmt.Sprintf("the line that gives a resource the logical id %s", id))
	}
	return all
}

// advise adds the notes that no option gives.
func (w *writer) advise() {
	if text, is := w.Properties["Description"].(string); is && utf8.RuneCountInString(text) > longestDescription {
		w.note("the description has %d characters; give at most %d, because the hashes of the code follow", utf8.RuneCountInString(text), longestDescription)
	}
	if _, policy := w.ownRole(); policy != "" {
		w.note("grants to the function stay in the app as they are (table.GrantReadData(fn), …); what its props had as InitialPolicy goes to Function.InitialPolicy")
	}
	if role, _ := w.ownRole(); role != "" {
		if managed, is := w.in.Resources[role].Properties["ManagedPolicyArns"].([]any); is && len(managed) > 1 {
			w.note("managed policies that the app added to its role stay: fn.Role().AddManagedPolicy")
		}
	}
	if w.Properties["Tags"] != nil {
		w.note("its tags stay those that the app gives its scopes (awscdk.Tags_Of)")
	}
	for _, property := range w.kept {
		w.note("%s has no option in CDK, or a value that the option does not take: the lines set it as it is, on the serving function alone", property)
	}
	if w.in.Transforms != nil {
		w.note("the template has a Transform: what that makes of it is only known at deployment")
	}
}
