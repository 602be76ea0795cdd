package powertuning

import (
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/cdkcompat"
	"github.com/dualarch/dualarch/internal/lambdalimits"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// The ids of annotations, as awscdk.Annotations.AcknowledgeWarning takes them.
const (
	limitsID  = "@dualarch/dualarch:limits"
	timeoutID = "@dualarch/dualarch:tunedTimeout"
)

func warn(construct constructs.IConstruct, id, format string, args ...any) {
	cdkcompat.Warn(construct, id, fmt.Sprintf(format, args...))
}

// warnOfSizes warns of memory sizes above Lambda's known limit.
func (p *powerTuning) warnOfSizes() {
	for i, size := range p.defaults.PowerValues {
		if text := lambdalimits.MemorySize.Exceeds(float64(size), lambdalimits.Kind{}); text != "" {
			warn(p, limitsID, "PowerValues[%d]: %s: if it still does, executions report this size as failed", i, text)
		}
	}
}

// measureSeconds is how long the Measure step may run. It is known at synthesis, after Aspects have changed the
// functions.
type measureSeconds struct{ p *powerTuning }

// Produce implements awscdk.INumberProducer.
func (m *measureSeconds) Produce(awscdk.IResolveContext) *float64 {
	return jsii.Number(m.p.measureTimeout().Seconds())
}

// measureTimeout returns the given time-out, else no more than the tuned functions need, because not every
// region may allow the longest.
func (p *powerTuning) measureTimeout() time.Duration {
	if p.defaults.MeasureTimeoutSeconds > 0 {
		return p.defaults.MeasureTimeout()
	}
	if p.measure > 0 {
		return p.measure
	}
	for _, f := range p.reach.tuned() {
		if timeout, known := timeoutOf(f); !known || timeout > timing.LongestTimeout(timing.StepTimeout) {
			return time.Duration(lambdalimits.Timeout.Most) * time.Second
		}
	}
	return timing.StepTimeout
}

// definitive returns the defaults of the executions once all constructs exist.
func (p *powerTuning) definitive() input.Defaults {
	d := p.reach.defaults(p.defaults)
	if measure := p.measureTimeout(); measure != timing.StepTimeout {
		d.MeasureTimeoutSeconds = int(measure.Seconds())
	}
	return d
}

// timeoutOf returns a function's Timeout, if it is known at synthesis.
func timeoutOf(f *reached) (timeout time.Duration, known bool) {
	if f.resource == nil {
		return 0, false
	}
	seconds := f.resource.Timeout()
	if seconds == nil {
		return 3 * time.Second, true // Lambda's default
	}
	if *awscdk.Token_IsUnresolved(seconds) {
		return 0, false
	}
	return time.Duration(*seconds) * time.Second, true
}

// tunableFunctions fails synthesis if the tuner cannot tune the functions: executions could only refuse them. It
// runs when all constructs exist, so it sees what Aspects and other constructs have set.
type tunableFunctions struct{ p *powerTuning }

// Validate implements constructs.IValidation.
func (v *tunableFunctions) Validate() *[]*string {
	tuned := v.p.reach.tuned()
	if len(tuned) == 0 {
		// The roles would have no resource.
		return jsii.Strings("there is no function to tune; call AddTarget, or give Functions or FunctionArns")
	}
	var found []string
	// From here on nothing changes any more: CDK asks for it each time that it writes the definition.
	v.p.measure = 0
	v.p.measure = v.p.measureTimeout()
	longest := timing.LongestTimeout(v.p.measure)
	for _, f := range tuned {
		if f.resource != nil {
			found = append(found, untunable(f)...)
		}
		v.p.warnOfTimeout(f, longest)
	}
	return jsii.Strings(found...)
}

// untunable returns why executions would refuse a function, whatever their input.
func untunable(f *reached) (found []string) {
	for _, property := range []struct {
		name, reason string
		given        any
	}{
		{"CapacityProviderConfig", input.ManagedReason, f.resource.CapacityProviderConfig()},
		{"DurableConfig", input.DurableReason, f.resource.DurableConfig()},
	} {
		if property.given != nil {
			found = append(found, fmt.Sprintf("%s: %s: it was given and the function cannot be tuned: %s; "+
				"set PowerTuning.Disabled of its DualArchFunction, or leave the function out of what is tuned here",
				*f.Function.Node().Path(), property.name, property.reason))
		}
	}
	return found
}

// warnOfTimeout warns of a function that executions refuse unless their input bounds its invocations: its Timeout is
// longer than the longest that the tuner waits for.
func (p *powerTuning) warnOfTimeout(f *reached, longest time.Duration) {
	timeout, known := timeoutOf(f)
	if !known || timeout <= longest || p.defaults.LongestInvocationSeconds > 0 && p.defaults.LongestInvocationSeconds <= int(longest.Seconds()) {
		return
	}
	warn(f.Function, timeoutID, "Timeout: %.0f seconds were given; the tuner waits at most %.0f seconds for an invocation, and refuses this function "+
		"unless the input of an execution has longestInvocationSeconds: set the Timeout to %.0f seconds or less, or give PowerTuningProps.LongestInvocation "+
		"if no invocation takes longer than that", timeout.Seconds(), longest.Seconds(), longest.Seconds())
}
