package powertuning

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"
)

const importedARN = "arn:aws:lambda:eu-central-1:123456789012:function:f"

// allowing sets a function's Timeout on its resource.
func allowing(f awslambda.Function, seconds float64) *TunedFunction {
	f.Node().DefaultChild().(awslambda.CfnFunction).SetTimeout(jsii.Number(seconds))
	return &TunedFunction{Function: f}
}

// change is an Aspect that changes function F.
type change struct{ do func(awslambda.CfnFunction) }

func (c *change) Visit(node constructs.IConstruct) {
	if f, is := node.(awslambda.CfnFunction); is && *f.Node().Scope().Node().Id() == "F" {
		c.do(f)
	}
}

// Measure runs as long as the tuned functions need, and the executions know it.
func TestMeasureTimeout(t *testing.T) {
	for name, test := range map[string]struct {
		props  PowerTuningProps
		change func(stack awscdk.Stack, f awslambda.Function)
		want   float64
	}{
		"the default Timeout": {want: 900},
		"14 minutes":          {change: func(_ awscdk.Stack, f awslambda.Function) { allowing(f, 840) }, want: 900},
		"more than that":      {change: func(_ awscdk.Stack, f awslambda.Function) { allowing(f, 841) }, want: 1800},
		"by an Aspect": {change: func(stack awscdk.Stack, _ awslambda.Function) {
			awscdk.Aspects_Of(stack).Add(&change{func(f awslambda.CfnFunction) { f.SetTimeout(jsii.Number(1200)) }}, nil)
		}, want: 1800},
		"known when it is deployed": {change: func(stack awscdk.Stack, f awslambda.Function) {
			parameter := awscdk.NewCfnParameter(stack, jsii.String("Timeout"), &awscdk.CfnParameterProps{Type: jsii.String("Number")})
			f.Node().DefaultChild().(awslambda.CfnFunction).SetTimeout(parameter.ValueAsNumber())
		}, want: 1800},
		"of a function by its ARN":    {props: PowerTuningProps{FunctionArns: jsii.Strings(importedARN)}, want: 1800},
		"given":                       {props: PowerTuningProps{FunctionArns: jsii.Strings(importedARN), MeasureTimeout: awscdk.Duration_Minutes(jsii.Number(15))}, want: 900},
		"given, newer than the table": {props: PowerTuningProps{MeasureTimeout: awscdk.Duration_Hours(jsii.Number(1))}, want: 3600},
	} {
		t.Run(name, func(t *testing.T) {
			stack := newStack()
			f := newFunction(stack, "F", awslambda.Architecture_ARM_64())
			test.props.TunerBinary = binary()
			p := NewPowerTuning(stack, jsii.String("Tuning"), &test.props)
			p.AddTarget(&siblings{name: "F", functions: []*TunedFunction{{Function: f}}})
			if test.change != nil {
				test.change(stack, f)
			}
			nested := synthesize(t, p)
			require.Equal(t, test.want, nested.properties(t, "AWS::Lambda::Function", "Measure")["Timeout"])
			for _, other := range []string{"Plan", "Prepare", "Restore", "Apply", "Heal"} {
				require.Equal(t, 900.0, nested.properties(t, "AWS::Lambda::Function", other)["Timeout"], other)
			}
			states := definition(t, nested, "StateMachine").(map[string]any)["States"].(map[string]any)
			measure := states["Measure"].(map[string]any)
			require.Equal(t, test.want+60, measure["TimeoutSeconds"])
			require.Equal(t, 960.0, states["Prepare"].(map[string]any)["TimeoutSeconds"])
			var told any
			if test.want != 900 || test.props.MeasureTimeout != nil {
				told = test.want
			}
			for _, step := range []string{"Plan", "Prepare", "Measure", "Verdict"} {
				defaults := states[step].(map[string]any)["Parameters"].(map[string]any)["defaults"].(map[string]any)
				require.Equal(t, told, defaults["measureTimeoutSeconds"], step)
			}
		})
	}
}

func TestTenantAndLongestInvocationAreDefaults(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{
		TunerBinary: binary(), TenantId: jsii.String("blue"), LongestInvocation: awscdk.Duration_Minutes(jsii.Number(2)),
	})
	p.AddTarget(&siblings{name: "F", tenant: jsii.String("green"), functions: []*TunedFunction{{Function: newFunction(stack, "F", awslambda.Architecture_ARM_64())}}})
	states := definition(t, synthesize(t, p), "StateMachine").(map[string]any)["States"].(map[string]any)
	defaults := states["Plan"].(map[string]any)["Parameters"].(map[string]any)["defaults"].(map[string]any)
	require.Equal(t, "blue", defaults["tenantId"])
	require.Equal(t, 120.0, defaults["longestInvocationSeconds"])
	require.Equal(t, "green", defaults["targets"].([]any)[0].(map[string]any)["tenantId"])
}

// newCapacityProvider returns a capacity provider for managed instances.
func newCapacityProvider(stack awscdk.Stack) awslambda.CapacityProvider {
	vpc := awsec2.NewVpc(stack, jsii.String("Vpc"), &awsec2.VpcProps{NatGateways: jsii.Number(0)})
	return awslambda.NewCapacityProvider(stack, jsii.String("Capacity"), &awslambda.CapacityProviderProps{
		Subnets:        vpc.IsolatedSubnets(),
		SecurityGroups: &[]awsec2.ISecurityGroup{awsec2.NewSecurityGroup(stack, jsii.String("Group"), &awsec2.SecurityGroupProps{Vpc: vpc})},
	})
}

// durable makes a function durable.
func durable(f awslambda.CfnFunction) {
	f.SetDurableConfig(&awslambda.CfnFunction_DurableConfigProperty{ExecutionTimeout: jsii.Number(60)})
}

// Functions that executions could only refuse fail synthesis, whenever they
// were made so.
func TestFunctionsThatCannotBeTuned(t *testing.T) {
	const (
		remedy  = "; set PowerTuning.Disabled of its DualArchFunction, or leave the function out of what is tuned here"
		managed = "[Stack/Tuning] Stack/F: CapacityProviderConfig: it was given and the function cannot be tuned: " +
			"it runs on Lambda managed instances, whose memory size is not what is paid for" + remedy
		isDurable = "[Stack/Tuning] Stack/F: DurableConfig: it was given and the function cannot be tuned: " +
			"it is a durable function: its executions are checkpointed and replayed, so an invocation is no measure of them" + remedy
	)
	for name, test := range map[string]struct {
		change func(stack awscdk.Stack, f awslambda.Function)
		want   []string
	}{
		"a capacity provider": {func(stack awscdk.Stack, f awslambda.Function) { newCapacityProvider(stack).AddFunction(f, nil) }, []string{managed}},
		"a durable function": {func(_ awscdk.Stack, f awslambda.Function) {
			durable(f.Node().DefaultChild().(awslambda.CfnFunction))
		}, []string{isDurable}},
		"both, by Aspects": {func(stack awscdk.Stack, f awslambda.Function) {
			newCapacityProvider(stack).AddFunction(f, nil)
			awscdk.Aspects_Of(stack).Add(&change{durable}, nil)
		}, []string{managed, isDurable}},
	} {
		for how, add := range map[string]func(p PowerTuning, f *TunedFunction){
			"target": func(p PowerTuning, f *TunedFunction) {
				p.AddTarget(&siblings{name: "F", functions: []*TunedFunction{f}})
			},
			"function": nil,
		} {
			t.Run(name+" as a "+how, func(t *testing.T) {
				stack := newStack()
				f := newFunction(stack, "F", awslambda.Architecture_ARM_64())
				props := &PowerTuningProps{TunerBinary: binary()}
				if add == nil {
					props.Functions = &[]*TunedFunction{{Function: f}}
				}
				p := NewPowerTuning(stack, jsii.String("Tuning"), props)
				if add != nil {
					add(p, &TunedFunction{Function: f})
				}
				test.change(stack, f)
				text := refusal(t, func() { stack.Node().Root().(awscdk.App).Synth(nil) })
				for _, want := range test.want {
					require.Contains(t, text, want)
				}
			})
		}
	}
}

// A function that isolates tenants can be tuned: the input may name one.
func TestTenantIsolationSynthesizes(t *testing.T) {
	stack := newStack()
	f := newFunction(stack, "F", awslambda.Architecture_ARM_64())
	f.Node().DefaultChild().(awslambda.CfnFunction).SetTenancyConfig(&awslambda.CfnFunction_TenancyConfigProperty{TenantIsolationMode: jsii.String("PER_TENANT")})
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary()})
	p.AddTarget(&siblings{name: "F", functions: []*TunedFunction{{Function: f}}})
	require.NotEmpty(t, synthesize(t, p).Resources)
	require.Empty(t, warnings(stack))
}

func TestWarnings(t *testing.T) {
	const waits = "Timeout: 1800 seconds were given; the tuner waits at most 1740 seconds for an invocation, and refuses this function unless the input of an execution " +
		"has longestInvocationSeconds: set the Timeout to 1740 seconds or less, or give PowerTuningProps.LongestInvocation if no invocation takes longer than that"
	for name, test := range map[string]struct {
		props   PowerTuningProps
		timeout float64
		want    []string
	}{
		"a Timeout that is waited for": {PowerTuningProps{}, 1740, nil},
		"one that is not":              {PowerTuningProps{}, 1800, []string{waits + " [ack: @dualarch/dualarch:tunedTimeout]"}},
		"one that is bounded":          {PowerTuningProps{LongestInvocation: awscdk.Duration_Minutes(jsii.Number(29))}, 1800, nil},
		"a size that is newer than the table": {PowerTuningProps{PowerValues: &[]*float64{jsii.Number(10240), jsii.Number(20480)}}, 3, []string{
			"PowerValues[1]: 20480 MB were given; Lambda allowed at most 10240 MB as of 2026-11-20 (32768 for functions with a capacity provider or an accelerator): " +
				"if it still does, executions report this size as failed [ack: @dualarch/dualarch:limits]",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			stack := newStack()
			test.props.TunerBinary = binary()
			p := NewPowerTuning(stack, jsii.String("Tuning"), &test.props)
			p.AddTarget(&siblings{name: "F", functions: []*TunedFunction{allowing(newFunction(stack, "F", awslambda.Architecture_ARM_64()), test.timeout)}})
			require.Equal(t, test.want, warnings(stack))
		})
	}
}

// warnings returns the texts of a stack's warnings.
func warnings(stack awscdk.Stack) []string {
	var texts []string
	for _, message := range *assertions.Annotations_FromStack(stack).FindWarning(jsii.String("*"), assertions.Match_AnyValue()) {
		texts = append(texts, message.Entry.Data.(string)) //nolint:staticcheck // it is what FindWarning returns
	}
	return texts
}
