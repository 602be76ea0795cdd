package dualarch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/constructs/powertuning"
	"github.com/dualarch/dualarch/internal/tuner"
)

// PowerTuningOptions are how the siblings of one function are tuned.
type PowerTuningOptions struct {
	// Disabled leaves tuning out; the other options are ignored.
	//
	// Default: false.
	Disabled *bool

	// Shared is a tuning stack for several functions, made by
	// powertuning.NewPowerTuning in their stack. Its input chooses a function by
	// name: {"target": "Prime"}. Not together with Props.
	//
	// Default: a tuning stack of the function's own, made from Props.
	Shared powertuning.PowerTuning

	// Props describe the tuning stack of the function's own. Not together with
	// Shared.
	//
	// Default: the defaults of powertuning.PowerTuningProps.
	Props *powertuning.PowerTuningProps

	// Name is the function's name in the input of an execution.
	//
	// Default: the construct's id.
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

// name returns the name of the construct of that id in the input of an execution.
func (o *PowerTuningOptions) name(id *string) *string {
	if o.Name == nil {
		return id
	}
	return o.Name
}

// register registers the tuner's build, so that it is built together with the
// function's code.
func (o *PowerTuningOptions) register() {
	if !o.disabled() && o.Shared == nil {
		o.Props.Register()
	}
}

// connectTuning makes the tuning stack, or takes the shared one, and lets it tune
// the siblings.
func (f *function) connectTuning(options *PowerTuningOptions) {
	f.target = f.newTarget(options)
	if options.disabled() || len(f.siblings) == 0 {
		return
	}
	f.tuning = options.Shared
	if f.tuning == nil {
		f.tuning = powertuning.NewPowerTuning(f, jsii.String("PowerTuning"), options.Props)
		awscdk.NewCfnOutput(f, jsii.String("PowerTuningStateMachineArn"), &awscdk.CfnOutputProps{
			Description: jsii.String("State machine that tunes " + *f.target.Name + ": start it with {}"),
			Value:       f.tuning.StateMachine().StateMachineArn(),
		})
	}
	f.tuning.AddTarget(f)
	f.keepTrue(options)
}

// newTarget returns what a tuning stack has to know of the siblings.
func (f *function) newTarget(options *PowerTuningOptions) *powertuning.TuningTarget {
	target := &powertuning.TuningTarget{
		Name:      options.name(f.Node().Id()),
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
		p.Add("Function.DurableConfig", "durable execution was given; leave it out, or set PowerTuning.Disabled: the function could not be tuned, because %s", tuner.DurableReason)
	}
	payload := powertuning.PowerTuningProps{Payload: options.Payload, TenantId: options.TenantId}
	*p = append(*p, payload.Problems("PowerTuning.")...)
	*p = append(*p, options.Props.Problems("PowerTuning.Props.")...)
	checkKept(p, id, options)
	if options.Shared == nil {
		if options.Name != nil && *options.Name == "" {
			p.Add("PowerTuning.Name", `"" was given; give a name, or leave it out`)
		}
		return
	}
	if options.Props != nil {
		p.Add("PowerTuning.Props", "it was given beside PowerTuning.Shared; leave one of them out: a shared stack has props of its own")
	}
	for _, text := range options.Shared.TargetProblems(scope, options.name(id)) {
		p.Add("PowerTuning.Shared", "%s", text)
	}
}
