package dualarch

import (
	"context"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/cdkcompat"
	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/guard"
)

// The ids of annotations, as awscdk.Annotations.AcknowledgeWarning takes them.
const (
	guardID     = "@dualarch/dualarch:guard"
	acceptedID  = "@dualarch/dualarch:accepted"
	unusedID    = "@dualarch/dualarch:unusedAcceptance"
	readinessID = "@dualarch/dualarch:readiness"
	uncheckedID = "@dualarch/dualarch:unchecked"
	limitsID    = "@dualarch/dualarch:limits"
	linksID     = "@dualarch/dualarch:links"
	corsID      = "@dualarch/dualarch:cors"

	stableIDsID   = StableIds
	primaryID     = "@dualarch/dualarch:primary"
	packageTypeID = "@dualarch/dualarch:packageType"
	functionUrlID = "@dualarch/dualarch:functionUrl"
	noCheckID     = "@dualarch/dualarch:noCheck"
	allAtOnceID   = "@dualarch/dualarch:allAtOnce"
)

// watched is a stage (an app is one) whose functions are checked when CDK validates
// it. By then all constructs exist, including layers added late and changes by
// Aspects.
type watched struct {
	stage   awscdk.Stage
	aspects []*aspect
	tree    *tree // as CDK validates it
}

// watchedStages has each stage once, however many functions are in it. jsii returns
// the same value for the same stage each time.
var watchedStages = map[awscdk.Stage]*watched{}

// watch has a stage checked.
func watch(stage awscdk.Stage) *watched {
	w := watchedStages[stage]
	if w == nil {
		w = &watched{stage: stage}
		watchedStages[stage] = w
		stage.Node().AddValidation(w)
	}
	return w
}

func (w *watched) add(a *aspect) {
	if !slices.Contains(w.aspects, a) {
		w.aspects = append(w.aspects, a)
	}
}

// Validate is called by CDK before it writes templates; problems that it returns stop
// synthesis. Annotations made here are still written. CDK validates a stage before what
// is in it.
func (w *watched) Validate() *[]*string {
	w.tree = newTree(w.stage)
	var stop []string
	for _, a := range w.aspects {
		stop = append(stop, a.begin(w.tree)...)
	}
	return jsii.Strings(stop...)
}

// watchedFunction validates one function. All functions of a stage in one call would be
// too much for large apps: every call of Node.js from within one of CDK's calls deepens
// its stack until that returns, and about 1,250 of them exhaust it.
type watchedFunction struct{ f *function }

// watchFunction has a function validated. What validation needs of it is asked for here,
// for the same reason.
func watchFunction(f *function) {
	f.watched = watch(awscdk.Stage_Of(f))
	for _, s := range f.functions() {
		s.resource = s.function.Node().DefaultChild().(awscdk.CfnResource)
	}
	f.Node().AddValidation(&watchedFunction{f})
}

// Validate is called by CDK as that of watched is.
func (v *watchedFunction) Validate() *[]*string {
	f, t := v.f, v.f.watched.tree
	f.check(t)
	f.warnOfLimits(t)
	f.warnOfIDs()
	stop := append(f.longDescriptions(), f.checkPreflights(t)...)
	if f.serving != nil {
		stop = append(stop, f.serving.validate(t)...)
	}
	return jsii.Strings(stop...)
}

// assets are judged once a process, whoever deploys them.
var assets guard.Judge

func judge(f guard.Function, a binarch.Architecture) guard.Verdict {
	return assets.Check(context.Background(), f, a)
}

// check judges and annotates every function.
func (f *function) check(t *tree) {
	used := make([]bool, len(f.accepted))
	for _, s := range f.functions() {
		s.verdict = judge(t.function(s.resource), binarch.Architecture(s.arch))
		s.verdict.Accept(f.accepted, used)
		annotate(s.function, s.verdict, t.more())
	}
	warnUnused(f, f.accepted, used)
}

// annotate annotates a construct with what was found, one annotation per severity.
// The CDK CLI stops at an error.
func annotate(construct constructs.IConstruct, v guard.Verdict, more string) {
	if text := v.Text(binarch.Error, more); text != "" {
		awscdk.Annotations_Of(construct).AddError(jsii.String(text))
	}
	if text := v.Text(binarch.Warning, more); text != "" {
		cdkcompat.Warn(construct, guardID, text)
	}
	if text := v.Text(binarch.Info, more); text != "" {
		cdkcompat.Inform(construct, guardID, text)
	}
	if text := v.AcceptedText(more); text != "" {
		cdkcompat.Inform(construct, acceptedID, text)
	}
}

func warnUnused(construct constructs.IConstruct, accepted []guard.Acceptance, used []bool) {
	for _, text := range guard.Unused(accepted, used) {
		cdkcompat.Warn(construct, unusedID, text)
	}
}
