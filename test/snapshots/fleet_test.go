package snapshots

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/constructs/powertuning"
)

// A function with its tuner, and the fleet that starts it: the first of the two nested stacks by name.
func TestFleet(t *testing.T) {
	tuner := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(tuner, "bootstrap"), []byte("tuner"), 0o755))
	testStack(t, "Fleet", func(stack awscdk.Stack) { addFleet(stack, tuner) }, func(t *testing.T, stack template) {
		require.Len(t, stack.ofType("AWS::CloudFormation::Stack"), 2)
	}, func(t *testing.T, nested template) {
		for kind, count := range map[string]int{
			"AWS::Lambda::Function": 2, "AWS::StepFunctions::StateMachine": 1, "AWS::S3::Bucket": 1, "AWS::IAM::Role": 3, "AWS::IAM::ManagedPolicy": 3,
		} {
			require.Len(t, nested.ofType(kind), count, kind)
		}
	}, nil)
}

func addFleet(stack awscdk.Stack, tuner string) {
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Prime"), &dualarch.DualArchFunctionProps{
		Code:        dualarch.GoCode(jsii.String(root+"/functions/prime"), nil),
		Api:         &dualarch.ApiOptions{Disabled: jsii.Bool(true)},
		PowerTuning: &dualarch.PowerTuningOptions{Props: &powertuning.PowerTuningProps{TunerBinary: jsii.String(tuner)}},
	})
	powertuning.NewFleet(stack, jsii.String("Fleet"), &powertuning.FleetProps{
		Tuners: &[]powertuning.PowerTuning{fn.PowerTuning()}, TunerBinary: jsii.String(tuner), MaxCost: jsii.Number(20),
	})
}
