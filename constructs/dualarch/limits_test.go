package dualarch_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// newCapacityProvider returns a capacity provider for managed instances.
func newCapacityProvider(stack awscdk.Stack) awslambda.CapacityProvider {
	vpc := awsec2.NewVpc(stack, jsii.String("Vpc"), &awsec2.VpcProps{NatGateways: jsii.Number(0)})
	return awslambda.NewCapacityProvider(stack, jsii.String("Capacity"), &awslambda.CapacityProviderProps{
		Subnets:        vpc.IsolatedSubnets(),
		SecurityGroups: &[]awsec2.ISecurityGroup{awsec2.NewSecurityGroup(stack, jsii.String("Group"), &awsec2.SecurityGroupProps{Vpc: vpc})},
	})
}

// aspect changes every function of a scope.
type aspect struct{ change func(awslambda.CfnFunction) }

func (a *aspect) Visit(node constructs.IConstruct) {
	if f, is := node.(awslambda.CfnFunction); is {
		a.change(f)
	}
}

// Values that Lambda allows go through, whatever CDK's own class says; values above every known limit go through
// with a warning.
func TestLimits(t *testing.T) {
	const (
		asOf   = " as of 2026-11-20"
		fails  = ": deploying fails if it still does [ack: @dualarch/dualarch:limits]"
		others = " (32768 for functions with a capacity provider or an accelerator)"
	)
	token := func(stack awscdk.Stack) *float64 {
		return awscdk.NewCfnParameter(stack, jsii.String("Size"), &awscdk.CfnParameterProps{Type: jsii.String("Number")}).ValueAsNumber()
	}
	for name, test := range map[string]struct {
		function *awslambda.FunctionOptions
		arm64    *dualarch.SiblingOptions
		change   func(stack awscdk.Stack, fn dualarch.DualArchFunction)
		x86      map[string]any // its properties
		want     []string
	}{
		"all that an ordinary function may have": {
			function: &awslambda.FunctionOptions{MemorySize: jsii.Number(10240), Timeout: awscdk.Duration_Minutes(jsii.Number(30)), EphemeralStorageSize: awscdk.Size_Gibibytes(jsii.Number(10))},
			x86:      map[string]any{"MemorySize": 10240.0, "Timeout": 1800.0, "EphemeralStorage": map[string]any{"Size": 10240.0}},
		},
		"all that one with a capacity provider may have": {
			function: &awslambda.FunctionOptions{MemorySize: jsii.Number(32768), Timeout: awscdk.Duration_Minutes(jsii.Number(90)), EphemeralStorageSize: awscdk.Size_Gibibytes(jsii.Number(32))},
			change: func(stack awscdk.Stack, fn dualarch.DualArchFunction) {
				capacity := newCapacityProvider(stack)
				capacity.AddFunction(fn.X86(), nil)
				capacity.AddFunction(fn.Arm64(), nil)
			},
			x86: map[string]any{"MemorySize": 32768.0, "Timeout": 5400.0, "EphemeralStorage": map[string]any{"Size": 32768.0}},
		},
		"one of the siblings has none": {
			function: &awslambda.FunctionOptions{MemorySize: jsii.Number(20480), Timeout: awscdk.Duration_Hours(jsii.Number(1))},
			change: func(stack awscdk.Stack, fn dualarch.DualArchFunction) {
				newCapacityProvider(stack).AddFunction(fn.X86(), nil)
			},
			want: []string{
				"/Demo/Hello/Arm64: MemorySize: 20480 MB were given; Lambda allowed at most 10240 MB" + asOf + others + fails,
				"/Demo/Hello/Arm64: Timeout: 3600 seconds were given; Lambda allowed at most 1800 seconds" + asOf + " (5400 for functions with a capacity provider)" + fails,
			},
		},
		"newer than the table": {
			arm64: &dualarch.SiblingOptions{MemorySize: jsii.Number(65536), EphemeralStorageSize: awscdk.Size_Gibibytes(jsii.Number(64))},
			want: []string{
				"/Demo/Hello/Arm64: MemorySize: 65536 MB were given; Lambda allowed at most 10240 MB" + asOf + fails,
				"/Demo/Hello/Arm64: EphemeralStorage: 65536 MB were given; Lambda allowed at most 10240 MB" + asOf + fails,
			},
		},
		"by an Aspect": {
			change: func(stack awscdk.Stack, _ dualarch.DualArchFunction) {
				awscdk.Aspects_Of(stack).Add(&aspect{func(f awslambda.CfnFunction) { f.SetTimeout(jsii.Number(1801)) }}, nil)
			},
			want: []string{
				"/Demo/Hello/X86: Timeout: 1801 seconds were given; Lambda allowed at most 1800 seconds" + asOf + " (5400 for functions with a capacity provider)" + fails,
				"/Demo/Hello/Arm64: Timeout: 1801 seconds were given; Lambda allowed at most 1800 seconds" + asOf + " (5400 for functions with a capacity provider)" + fails,
			},
		},
		"tokens": {
			change: func(stack awscdk.Stack, fn dualarch.DualArchFunction) {
				size := token(stack)
				fn.X86().Node().DefaultChild().(awslambda.CfnFunction).SetMemorySize(size)
				fn.X86().Node().DefaultChild().(awslambda.CfnFunction).SetTimeout(size)
			},
			x86: map[string]any{"MemorySize": map[string]any{"Ref": "Size"}, "Timeout": map[string]any{"Ref": "Size"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			stack := newStack(t)
			fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
				Code: hello, Api: noApi, PowerTuning: noTuning, Function: test.function, Arm64: test.arm64,
			})
			if test.change != nil {
				test.change(stack, fn)
			}
			ofCDK := func(text string) bool {
				return strings.HasSuffix(text, "[ack: aws-lambda:Function.CapacityProviderConfiguration]")
			}
			require.ElementsMatch(t, test.want, slices.DeleteFunc(warnings(stack), ofCDK))
			properties := synth(t, stack).ofType("AWS::Lambda::Function")["HelloX86"]
			for name, want := range test.x86 {
				require.Equal(t, want, properties[name], name)
			}
		})
	}
}

// A capacity provider takes a sibling long after both were made: its tuning stack could only refuse.
func TestASiblingThatCannotBeTuned(t *testing.T) {
	for name, shared := range map[string]bool{"own": false, "shared": true} {
		t.Run(name, func(t *testing.T) {
			stack := newStack(t)
			options := &dualarch.PowerTuningOptions{Props: tuningProps(t)}
			path := "Demo/Hello/PowerTuning"
			if shared {
				options, path = &dualarch.PowerTuningOptions{Shared: newTuning(t, stack)}, "Demo/Tuning"
			}
			fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{Code: hello, Api: noApi, PowerTuning: options})
			newCapacityProvider(stack).AddFunction(fn.X86(), nil)
			require.Contains(t, recovered(t, func() { awscdk.App_Of(stack).Synth(nil) }), "["+path+"] Demo/Hello/X86: CapacityProviderConfig: it was given and the function cannot be tuned: "+
				"it runs on Lambda managed instances, whose memory size is not what is paid for; set PowerTuning.Disabled of its DualArchFunction, or leave the function out of what is tuned here")
		})
	}
}

// Functions that isolate tenants are tuned for one.
func TestTenantOfTheSiblings(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi,
		Function:    &awslambda.FunctionOptions{TenancyConfig: awslambda.TenancyConfig_PER_TENANT()},
		PowerTuning: &dualarch.PowerTuningOptions{Props: tuningProps(t), TenantId: jsii.String("blue")},
	})
	require.Equal(t, "blue", *fn.TuningTarget().TenantId)
	require.Len(t, synth(t, stack).ofType("AWS::CloudFormation::Stack"), 1)
}
