package powertuning

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/tuner/publish/keyname"
)

// Tunable is what AddTarget takes: a construct with one function, or one for each architecture.
type Tunable interface {
	// TuningTarget is called by AddTarget and TryAddTarget; the functions must exist by then.
	TuningTarget() *TuningTarget
}

// TuningTarget is what the tuner knows of a Tunable. Its functions belong to a construct, and so to
// CloudFormation: autoOptimize leaves them alone and says which properties to change.
type TuningTarget struct {
	// Name by which the input chooses it: {"target": "Prime"}. It is unique within one PowerTuning.
	Name *string
	// One function, or two of different architectures; no versions and no aliases. The first one is the
	// primary: its configuration is what the verdict is compared with.
	Functions []*TunedFunction
	// Alias that live traffic reaches; it points to today's configuration.
	//
	// Default: today's configuration is $LATEST.
	LiveAlias *string
	// Function that live traffic reaches instead of Functions, under ServingAlias. The tuner reads its configuration,
	// which is today's, and may do nothing else with it.
	//
	// Default: live traffic reaches Functions.
	Serving awslambda.IFunction
	// Alias of Serving.
	//
	// Default: none; it is required beside Serving.
	ServingAlias *string
	// What the functions are invoked with, like PowerTuningProps.Payload.
	//
	// Default: PowerTuningProps.Payload.
	Payload any
	// Tenant that functions with tenant isolation are invoked for, like PowerTuningProps.TenantId.
	//
	// Default: PowerTuningProps.TenantId.
	TenantId *string
	// Schedule by which the functions are tuned again and again.
	//
	// Default: none; executions are started by hand.
	Schedule *Schedule
}

// TunedFunction is a function that may be tuned.
type TunedFunction struct {
	// The function; no version and no alias.
	Function awslambda.IFunction
	// Log group of the function, from which durations are read if an invocation's own log tail is cut.
	//
	// Default: /aws/lambda/<function name>.
	LogGroup awslogs.ILogGroup
}

func (p *powerTuning) AddTarget(target Tunable) {
	t := target.TuningTarget()
	next, scheduled := p.reachWith(t)
	next.problems().Stop(p.cannotHave(t))
	p.add(t, next, scheduled)
}

func (p *powerTuning) TryAddTarget(target Tunable) bool {
	t := target.TuningTarget()
	next, scheduled := p.reachWith(t)
	if len(next.problems()) > 0 {
		return false
	}
	p.add(t, next, scheduled)
	return true
}

// add adds a target with which the tuner reaches next.
func (p *powerTuning) add(t *TuningTarget, next reach, scheduled string) {
	p.reach = next
	p.watch(watchedTarget{"AdviceAlarm" + keyname.Of(*t.Name), keyname.Of(*t.Name)})
	if t.Schedule != nil {
		p.schedule(*t.Name, t.Schedule, scheduled)
	}
}

func (p *powerTuning) HasTarget(name *string) bool {
	return name != nil && slices.ContainsFunc(p.reach.targets, func(other *target) bool { return other.Name == *name })
}

// TargetDefaults are those of PowerTuningProps.
type TargetDefaults struct {
	Payload          any
	TenantId         *string
	CompareResponses *CompareResponses
}

// TargetDefaults returns the defaults of targets. props may be nil.
func (props *PowerTuningProps) TargetDefaults() TargetDefaults {
	if props == nil {
		return TargetDefaults{}
	}
	return TargetDefaults{props.Payload, props.TenantId, props.CompareResponses}
}

func (p *powerTuning) TargetDefaults() TargetDefaults { return p.settings.props.TargetDefaults() }

// reachWith returns what the tuner reaches with one more target, and the input of the target's schedule as JSON. It
// panics with everything that is wrong with the target itself.
func (p *powerTuning) reachWith(t *TuningTarget) (next reach, scheduled string) {
	payload, scheduled := p.checkTarget(t)
	return p.reach.with(newTarget(p.NestedStackParent(), t, payload, p.reach.aliases())), scheduled
}

// checkTarget panics with everything that is wrong with a target, and returns its payload and the input of its schedule
// as JSON.
func (p *powerTuning) checkTarget(t *TuningTarget) (payload json.RawMessage, scheduled string) {
	var found problems
	p.checkName(t.Name, &found)
	if n := len(t.Functions); n != 1 && n != 2 {
		found.Add("Functions", "%d functions cannot be compared; give one, or two of different architectures", n)
	}
	var architectures []string
	for i, f := range t.Functions {
		property := fmt.Sprintf("Functions[%d]", i)
		if !checkFunction(property, f, &found) {
			continue
		}
		architecture := *f.Function.Architecture().Name()
		if slices.Contains(architectures, architecture) {
			found.Add(property, "it is a second function for %s; give functions of different architectures", architecture)
		}
		architectures = append(architectures, architecture)
		p.checkStack(property, f.Function, &found)
	}
	if (t.Serving == nil) != (t.ServingAlias == nil) {
		found.Add("Serving", "it and ServingAlias belong together; give both, or leave both out")
	}
	checkTenant(t.TenantId, &found)
	payload = checkPayload("Payload", t.Payload, &found)
	if t.Schedule != nil {
		scheduled = t.Schedule.check("Schedule", prop.Value(t.Name), len(t.Functions), p.defaults, &found)
	}
	found.Stop(p.cannotHave(t))
	return payload, scheduled
}

func (p *powerTuning) cannotHave(t *TuningTarget) string {
	return fmt.Sprintf("PowerTuning %q cannot have the target %s", *p.Node().Path(), text(t.Name))
}

func (p *powerTuning) TargetProblems(scope constructs.Construct, name *string) []string {
	var found problems
	p.checkName(name, &found)
	p.checkStack("Stack", scope, &found)
	return found
}

func (p *powerTuning) checkName(name *string, found *problems) {
	if name == nil || *name == "" || *awscdk.Token_IsUnresolved(name) {
		found.Add("Name", "%s is not a name; give one that is known at synthesis", text(name))
	} else if p.HasTarget(name) {
		found.Add("Name", "%q is taken by another target of the PowerTuning %q; give another", *name, *p.Node().Path())
	}
}

// checkStack refuses a function in another stack, with which the stacks would depend on each other.
func (p *powerTuning) checkStack(property string, owner constructs.IConstruct, found *problems) {
	its, mine := *awscdk.Stack_Of(owner).Node().Path(), *p.NestedStackParent().Node().Path()
	if its != mine {
		found.Add(property, "it is in the stack %q and the PowerTuning in %q; create both in one stack, because each would need the other first", its, mine)
	}
}
