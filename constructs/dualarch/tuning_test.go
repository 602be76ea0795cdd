package dualarch_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/constructs/powertuning"
)

// tuningProps name some file as the tuner, so that none is built.
func tuningProps(t *testing.T) *powertuning.PowerTuningProps {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "bootstrap"), []byte("tuner"), 0o755))
	return &powertuning.PowerTuningProps{TunerBinary: jsii.String(dir)}
}

func newTuning(t *testing.T, stack awscdk.Stack) powertuning.PowerTuning {
	t.Helper()
	return powertuning.NewPowerTuning(stack, jsii.String("Tuning"), tuningProps(t))
}

func TestOwnTuningStack(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi,
		PowerTuning: &dualarch.PowerTuningOptions{Payload: []int{1, 2}, Props: tuningProps(t)},
	})
	require.Equal(t, "Demo/Hello/PowerTuning", *fn.PowerTuning().Node().Path())
	target := fn.TuningTarget()
	require.Equal(t, "Hello", *target.Name)
	require.Equal(t, "live", *target.LiveAlias)
	require.Equal(t, []int{1, 2}, target.Payload)
	require.Len(t, target.Functions, 2)
	// The primary comes first: its configuration is today's.
	for i, sibling := range []string{"Demo/Hello/Arm64", "Demo/Hello/X86"} {
		requirePath(t, sibling, target.Functions[i].Function)
		requirePath(t, sibling+"Logs", target.Functions[i].LogGroup)
	}

	template := synth(t, stack)
	require.Len(t, template.ofType("AWS::CloudFormation::Stack"), 1)
	require.Len(t, template.Outputs, 1)
	for id, output := range template.Outputs {
		require.Equal(t, "HelloPowerTuningStateMachineArn", plain(id))
		require.Contains(t, names(output.Value), "HelloPowerTuning")
	}
}

func TestSharedTuningStack(t *testing.T) {
	stack := newStack(t)
	tuning := newTuning(t, stack)
	first := dualarch.NewDualArchFunction(stack, jsii.String("First"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi, PowerTuning: &dualarch.PowerTuningOptions{Shared: tuning},
	})
	second := dualarch.NewDualArchFunction(stack, jsii.String("Second"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi, PowerTuning: &dualarch.PowerTuningOptions{Shared: tuning, Name: jsii.String("other")},
	})
	requirePath(t, "Demo/Tuning", first.PowerTuning())
	requirePath(t, "Demo/Tuning", second.PowerTuning())
	require.Equal(t, "First", *first.TuningTarget().Name)
	require.Equal(t, "other", *second.TuningTarget().Name)

	template := synth(t, stack)
	require.Len(t, template.ofType("AWS::CloudFormation::Stack"), 1)
	require.Equal(t, []string{"TuningPowerTuningStateMachineArn"}, sorted(template.Outputs))
}

func TestTuningDisabled(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi, PowerTuning: noTuning,
		// Options that the tuner cannot measure are then allowed, and so is a capacity
		// provider.
		Function: &awslambda.FunctionOptions{DurableConfig: &awslambda.DurableConfig{ExecutionTimeout: awscdk.Duration_Hours(jsii.Number(1))}},
	})
	newCapacityProvider(stack).AddFunction(fn.X86(), nil)
	require.Nil(t, fn.PowerTuning())
	require.Equal(t, "Hello", *fn.TuningTarget().Name, "a tuning stack's owner can still add it")
	template := synth(t, stack)
	require.Empty(t, template.ofType("AWS::CloudFormation::Stack"))
	require.Empty(t, template.Outputs)
}

// The tuner may read what the alias of the serving function runs, and no more.
func TestTheTunerMayOnlyReadTheServingFunction(t *testing.T) {
	stack := newStack(t)
	tuning := newTuning(t, stack)
	for _, id := range []string{"First", "Second"} {
		fn := dualarch.NewDualArchFunction(stack, jsii.String(id), &dualarch.DualArchFunctionProps{
			Code: hello, Primary: awslambda.Architecture_X86_64(), Api: noApi, PowerTuning: &dualarch.PowerTuningOptions{Shared: tuning},
			Serving: &dualarch.ServingOptions{Deployment: allAtOnce, Alias: &dualarch.ServingAliasOptions{Name: jsii.String("prod")}},
		})
		requirePath(t, "Demo/"+id+"/Default", fn.TuningTarget().Serving)
	}
	synth(t, stack)
	files, err := filepath.Glob(filepath.Join(*awscdk.App_Of(stack).Outdir(), "*.nested.template.json"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	var nested template
	readJSON(t, files[0], &nested)
	serving := regexp.MustCompile(`referencetoDemo(First|Second)[0-9A-F]{8}Arn`)
	var allowed []string
	for id, policy := range nested.ofType("AWS::IAM::Policy") {
		for _, statement := range statements(policy) {
			if serving.MatchString(statement) {
				allowed = append(allowed, id+" "+serving.ReplaceAllString(statement, "$1"))
			}
		}
	}
	require.Equal(t, []string{"PlanRoleDefaultPolicy lambda:GetFunctionConfiguration on First:prod Second:prod"}, allowed)
}
