package dualarch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/cdkcompat"
)

// StableIds is the context key of a feature flag. If it is true, an event source mapping has an id that says nothing
// of the architecture: a change of Primary moves it in place, so that a stream keeps its position. Without it, the
// mapping is replaced. Set it in apps that are new; in one that is deployed, together with a change of Primary, because
// Lambda refuses a second mapping of the same source and function (409). With Serving mappings have such ids anyway.
const StableIds = "@dualarch/dualarch:stableIds"

// stableIDs reports whether the flag is set, and whether its value is true or false at all. From the command line of
// the CDK (--context) it comes as text.
func stableIDs(scope constructs.Construct) (set, valid bool) {
	switch scope.Node().TryGetContext(jsii.String(StableIds)) {
	case true, "true":
		return true, true
	case nil, false, "false":
		return false, true
	}
	return false, false
}

// checkStableIDs refuses a value of the flag that would otherwise count as false.
func checkStableIDs(p *problems, scope constructs.Construct) {
	if _, valid := stableIDs(scope); !valid {
		p.Add("context "+StableIds, "%#v was given; give true or false", scope.Node().TryGetContext(jsii.String(StableIds)))
	}
}

// addEventSource lets an event source reach the primary's alias.
func (f *function) addEventSource(source awslambda.IEventSource) {
	live := f.siblings[f.primary].live
	set, _ := stableIDs(f)
	if pushes(source) || !set {
		f.mapped = f.mapped || !pushes(source)
		live.AddEventSource(source)
		return
	}
	if f.events == nil {
		// The same alias under an id that says nothing of the architecture.
		f.events = awslambda.Alias_FromAliasAttributes(f, jsii.String("Events"), &awslambda.AliasAttributes{
			AliasName: jsii.String(liveAlias), AliasVersion: live.Version(),
		})
		f.events.Node().AddDependency(live)
	}
	f.events.AddEventSource(source)
}

// warnedOfIDs are the apps that have been told about the flag.
var warnedOfIDs = map[awscdk.App]bool{}

// warnOfIDs warns, once an app, that a change of Primary replaces mappings.
func (f *function) warnOfIDs() {
	app := awscdk.App_Of(f)
	if !f.mapped || warnedOfIDs[app] {
		return
	}
	warnedOfIDs[app] = true
	cdkcompat.Warn(f, stableIDsID, "A change of Primary replaces its event source mappings, so that a stream loses its position. "+
		`Together with that change, set the context "`+StableIds+`": true in cdk.json, for mappings that move in place from then on; `+
		"alone it would ask for a second mapping of the same source and function, which Lambda refuses (409)")
}
