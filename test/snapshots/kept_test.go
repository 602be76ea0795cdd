package snapshots

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/constructs/powertuning"
)

// A function whose verdict is kept true: schedule, results, alarm and dashboard.
func TestKept(t *testing.T) {
	tuner := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(tuner, "bootstrap"), []byte("tuner"), 0o755))
	testStack(t, "Kept", func(stack awscdk.Stack) { addKept(stack, tuner) }, func(t *testing.T, stack template) {
		require.Len(t, stack.ofType("AWS::CloudWatch::Dashboard"), 1)
	}, func(t *testing.T, nested template) {
		for kind, count := range map[string]int{
			"AWS::Lambda::Function": 8, "AWS::S3::Bucket": 1, "AWS::S3::BucketPolicy": 1, "AWS::Scheduler::ScheduleGroup": 1,
			"AWS::Scheduler::Schedule": 1, "AWS::SQS::Queue": 2, "AWS::CloudWatch::Alarm": 3,
		} {
			require.Len(t, nested.ofType(kind), count, kind)
		}
		for _, bucket := range nested.ofType("AWS::S3::Bucket") {
			require.Equal(t, "Retain", bucket.DeletionPolicy)
		}
	})
}

func addKept(stack awscdk.Stack, tuner string) {
	dualarch.NewDualArchFunction(stack, jsii.String("Prime"), &dualarch.DualArchFunctionProps{
		Code: dualarch.GoCode(jsii.String(root+"/functions/prime"), nil),
		Api:  &dualarch.ApiOptions{Disabled: jsii.Bool(true)},
		PowerTuning: &dualarch.PowerTuningOptions{
			Props:       &powertuning.PowerTuningProps{TunerBinary: jsii.String(tuner)},
			Schedule:    &powertuning.Schedule{},
			Results:     &powertuning.Results{},
			AdviceAlarm: &powertuning.AdviceAlarm{Topic: awssns.NewTopic(stack, jsii.String("Topic"), nil)},
		},
		Dashboard: &dualarch.DashboardOptions{},
	})
}
