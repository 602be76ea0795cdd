package dualarch

import (
	"cmp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/constructs/powertuning"
	"github.com/dualarch/dualarch/internal/tuner/input"
)

// PowerTuningOptions are how the siblings of one function are tuned.
type PowerTuningOptions struct {
	// Disabled leaves tuning out; the other options are ignored.
	//
	// Default: false.
	Disabled *bool

	// Shared is a tuning stack for several functions that you have made by
	// powertuning.NewPowerTuning in their stack, with props of its own. Not together
	// with Own or Props.
	//
	// Default: the tuning stack that all functions of a stack share for which neither
	// Shared, Own nor Props are given. The first of them makes it. If one more function
	// would pass a limit of AWS's (parameters and size of a template, policies of a role,
	// 60,000 bytes of payloads), the stack gets another tuning stack.
	Shared powertuning.PowerTuning

	// Own gives the function a tuning stack of its own, below it.
	//
	// Default: true if Props are given, else false.
	Own *bool

	// Props describe the tuning stack of the function's own. Whatever they say is said
	// for a whole tuning stack: what an execution may cost, how answers are compared,
	// what may be applied, keys, networks. Not together with Shared.
	//
	// Default: the defaults of powertuning.PowerTuningProps.
	Props *powertuning.PowerTuningProps

	// Name is the function's name in the input of an execution: {"target": "Prime"}. It
	// is unique among the functions that share a tuning stack by default, or by Shared.
	//
	// Default: the construct's id; its path below the stack if the id is taken, or its whole path if that is taken too.
	Name *string

	// Payload is what the siblings are invoked with if the input of an execution
	// has none: any value that encoding/json can write. For a function behind an
	// HTTP API that is an event of the API.
	//
	// Default: the Payload of the tuning stack.
	Payload any

	// TenantId is the tenant that the siblings are invoked for if the input of an
	// execution names none; functions with TenancyConfig need one. It has 1 to 256
	// letters, digits, spaces and . _ : / = + - @.
	//
	// Default: the TenantId of the tuning stack.
	TenantId *string

	// Schedule tunes the siblings again and again.
	//
	// Default: none; executions are started by hand.
	Schedule *powertuning.Schedule

	// Results are where verdicts are kept and announced: those of all functions of
	// the tuning stack, whose others may not give different ones.
	//
	// Default: those of the tuning stack.
	Results *powertuning.Results

	// AdviceAlarm is an alarm for each function of the tuning stack, when its
	// advice has changed. It needs Results; no other function may give another topic.
	//
	// Default: that of the tuning stack.
	AdviceAlarm *powertuning.AdviceAlarm
}

// tuningOptions returns the caller's options, never nil.
func tuningOptions(props *DualArchFunctionProps) *PowerTuningOptions {
	if props.PowerTuning == nil {
		return &PowerTuningOptions{}
	}
	return props.PowerTuning
}

func (o *PowerTuningOptions) disabled() bool {
	return prop.Value(o.Disabled)
}

// own reports whether the function has a tuning stack of its own.
func (o *PowerTuningOptions) own() bool {
	return o.Props != nil || prop.Value(o.Own)
}

// tunedWith returns what the siblings are tuned with: what the options give, else what their tuning stack has.
func (o *PowerTuningOptions) tunedWith() powertuning.TargetDefaults {
	with := o.Props.TargetDefaults()
	if o.Shared != nil {
		with = o.Shared.TargetDefaults()
	}
	if o.Payload != nil {
		with.Payload = o.Payload
	}
	with.TenantId = cmp.Or(o.TenantId, with.TenantId)
	return with
}

// name returns the name in the input of an execution of the construct of an id, which is at a path of the stack.
func (o *PowerTuningOptions) name(stack awscdk.Stack, path string, id *string, taken func(name *string) bool) *string {
	if o.Name != nil {
		return o.Name
	}
	// Below the stack the path of a function is its id, which another function of that id may have taken before.
	for _, name := range []string{*id, strings.TrimPrefix(path, *stack.Node().Path()+"/"), path} {
		if !taken(&name) {
			return &name
		}
	}
	return id
}

// register registers the tuner's build, so that it is built together with the
// function's code.
func (o *PowerTuningOptions) register() {
	if !o.disabled() && o.Shared == nil {
		o.Props.Register()
	}
}

// tuners returns the tuning stacks of which one may tune the function in scope, and others too: the given one, or those
// of the stack; none if it has one of its own. An error says that there can be none.
func (o *PowerTuningOptions) tuners(scope constructs.Construct) (*stackTuners, error) {
	switch {
	case o.Shared != nil:
		return &stackTuners{all: []powertuning.PowerTuning{o.Shared}}, nil
	case o.own() || o.disabled():
		return &stackTuners{}, nil
	}
	return tunersOf(scope)
}

// connectTuning lets a tuning stack tune the siblings: the shared one, one of the function's own, or that of the stack.
func (f *function) connectTuning(options *PowerTuningOptions) {
	tuners, err := options.tuners(f)
	if err != nil {
		panic(err) // it was checked
	}
	f.target = f.newTarget(options, options.name(awscdk.Stack_Of(f), *f.Node().Path(), f.Node().Id(), tuners.has))
	switch {
	case options.disabled() || len(f.siblings) == 0:
		return
	case options.Shared != nil:
		f.tuning = options.Shared
		f.tuning.AddTarget(f)
	case options.own():
		f.tuning = powertuning.NewPowerTuning(f, jsii.String("PowerTuning"), options.Props)
		if output := f.tuning.StateMachineArnOutput(); output != nil {
			output.SetDescription(jsii.String("State machine that tunes " + *f.target.Name + ": start it with {}"))
		}
		f.tuning.AddTarget(f)
	default:
		f.tuning = tuners.add(f)
	}
	f.keepTrue(options, tuners)
}

// newTarget returns what a tuning stack has to know of the siblings.
func (f *function) newTarget(options *PowerTuningOptions, name *string) *powertuning.TuningTarget {
	target := &powertuning.TuningTarget{
		Name:      name,
		LiveAlias: jsii.String(liveAlias),
		Payload:   options.Payload,
		TenantId:  options.TenantId,
		Schedule:  options.Schedule,
	}
	if f.serving != nil && len(f.siblings) > 0 {
		target.Serving, target.ServingAlias = f.serving.function, jsii.String(f.serving.options.aliasName())
	}
	// The verdict is compared with the primary's configuration.
	for _, arch := range []architecture{f.primary, f.primary.other()} {
		if s := f.siblings[arch]; s != nil {
			target.Functions = append(target.Functions, &powertuning.TunedFunction{Function: s.function, LogGroup: s.logGroup})
		}
	}
	return target
}

// TuningTarget implements powertuning.Tunable, even if tuning is disabled: the
// owner of a tuning stack can add the function by hand.
func (f *function) TuningTarget() *powertuning.TuningTarget { return f.target }

// checkTuning refuses what the tuner cannot measure, and what the tuning stack
// would refuse later.
func checkTuning(p *problems, scope constructs.Construct, id *string, props *DualArchFunctionProps) {
	options := tuningOptions(props)
	if options.disabled() || props.only() {
		return
	}
	if shared(props).DurableConfig != nil {
		p.Add("Function.DurableConfig", "durable execution was given; leave it out, or set PowerTuning.Disabled: the function could not be tuned, because %s", input.DurableReason)
	}
	payload := powertuning.PowerTuningProps{Payload: options.Payload, TenantId: options.TenantId}
	*p = append(*p, payload.Problems("PowerTuning.")...)
	*p = append(*p, options.Props.Problems("PowerTuning.Props.")...)
	tuners, err := options.tuners(scope)
	if err != nil {
		p.Add("PowerTuning", "%v", err)
		return
	}
	stack := awscdk.Stack_Of(scope)
	name := options.name(stack, prop.Path(scope, id), id, tuners.has)
	checkKept(p, name, options, tuners)
	if options.Shared != nil {
		checkSharedTuning(p, scope, name, options)
		return
	}
	if options.Own != nil && !*options.Own && options.Props != nil {
		p.Add("PowerTuning.Own", "false was given beside PowerTuning.Props, which describe a tuning stack of the function's own; leave one of them out, "+
			"or give a tuning stack with these props as PowerTuning.Shared")
	}
	switch given := options.Name; {
	case given != nil && *given == "":
		p.Add("PowerTuning.Name", `"" was given; give a name, or leave it out`)
	case given != nil && *awscdk.Token_IsUnresolved(given):
		p.Add("PowerTuning.Name", "a token was given; give a name that is known at synthesis, or leave it out")
	case tuners.has(name):
		p.Add("PowerTuning.Name", "%q is taken by another function that shares the tuning stack of %q; give another", *name, *stack.Node().Path())
	}
}

// checkSharedTuning checks a function that is tuned by a stack of the user's own.
func checkSharedTuning(p *problems, scope constructs.Construct, name *string, options *PowerTuningOptions) {
	if options.Props != nil {
		p.Add("PowerTuning.Props", "it was given beside PowerTuning.Shared; leave one of them out: a shared stack has props of its own")
	}
	if prop.Value(options.Own) {
		p.Add("PowerTuning.Own", "true was given beside PowerTuning.Shared; leave one of them out: the function has either a stack of its own or a shared one")
	}
	for _, text := range options.Shared.TargetProblems(scope, name) {
		p.Add("PowerTuning.Shared", "%s", text)
	}
}
