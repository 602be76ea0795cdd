package powertuning

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/tuning"
)

// publishMay returns what Publish's role may do besides writing its log and traces.
func publishMay(t *testing.T, nested template) []any {
	t.Helper()
	var more []any
	for _, s := range statements(nested.properties(t, "AWS::IAM::Policy", "PublishRoleDefaultPolicy")) {
		statement := plain(s).(map[string]any)
		if resource := statement["Resource"]; resource != "<PublishLogGroup.Arn>" && resource != "*" {
			more = append(more, statement)
		}
	}
	return more
}

// TestResults checks the bucket that is made, what Publish may do with it, and the definition that calls it.
func TestResults(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary(), Results: &Results{}})
	require.NotNil(t, p.ResultsBucket())
	p.AddTarget(newSiblings(stack, "Prime"))
	nested := synthesize(t, p)

	bucket := nested.properties(t, "AWS::S3::Bucket", "Results")
	require.Equal(t, map[string]any{
		"BucketEncryption": map[string]any{"ServerSideEncryptionConfiguration": []any{map[string]any{
			"ServerSideEncryptionByDefault": map[string]any{"SSEAlgorithm": "AES256"},
		}}},
		"LifecycleConfiguration": map[string]any{"Rules": []any{map[string]any{
			"Id": "Expire", "Status": "Enabled", "ExpirationInDays": 400.0, "NoncurrentVersionExpiration": map[string]any{"NoncurrentDays": 30.0}, "AbortIncompleteMultipartUpload": map[string]any{"DaysAfterInitiation": 1.0},
		}}},
		"VersioningConfiguration": map[string]any{"Status": "Enabled"},
		"OwnershipControls":       map[string]any{"Rules": []any{map[string]any{"ObjectOwnership": "BucketOwnerEnforced"}}},
		"PublicAccessBlockConfiguration": map[string]any{
			"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true,
		},
	}, bucket)
	var denied []any
	for _, s := range statements(nested.properties(t, "AWS::S3::BucketPolicy", "ResultsPolicy")) {
		denied = append(denied, s.(map[string]any)["Condition"])
	}
	require.ElementsMatch(t, []any{
		map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
		map[string]any{"NumericLessThan": map[string]any{"s3:TlsVersion": 1.2}},
	}, denied)

	require.Equal(t, []any{
		map[string]any{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "<Results.Arn>/*"},
		map[string]any{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "<Results.Arn>/*/latest.json"},
		map[string]any{"Effect": "Allow", "Action": "events:PutEvents", "Resource": "arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/default"},
	}, publishMay(t, nested))
	require.Equal(t, 60.0, nested.properties(t, "AWS::Lambda::Function", "Publish")["Timeout"])

	arns := map[asl.Step]string{asl.Publish: "<Publish.Arn>"}
	for _, s := range steps {
		arns[s.Step] = "<" + s.id + ".Arn>"
	}
	want := asl.Tuning(arns, input.Defaults{
		TimeoutSeconds: 3600, TunerArchitecture: tuning.Arm,
		Results: &input.Results{Bucket: "<Results>", EventBus: "arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/default"},
		Targets: []input.DefaultTarget{{
			Name: "Prime", LiveAlias: "live", Functions: []string{"<StackPrimeIntelArn>", "<StackPrimeGravitonArn>"},
		}},
	})
	require.Empty(t, cmp.Diff(written(t, want), definition(t, nested, "StateMachine")))
	var invoked []any
	for _, s := range statements(nested.properties(t, "AWS::IAM::Policy", "StateMachineRoleDefaultPolicy")) {
		if statement := plain(s).(map[string]any); statement["Action"] == "lambda:InvokeFunction" {
			invoked = append(invoked, statement["Resource"])
		}
	}
	require.Contains(t, invoked, "<Publish.Arn>")
	for name, r := range nested.Resources {
		if plainName(name) == "Results" {
			require.Equal(t, "AWS::S3::Bucket", r.Type)
		}
	}
}

// A bucket and a bus that are there already get no rule; Publish reaches one prefix of the bucket.
func TestResultsThatAreGiven(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{
		TunerBinary: binary(), EncryptionKey: awskms.NewKey(stack, jsii.String("Key"), nil),
		Results: &Results{
			Bucket:   awss3.NewBucket(stack, jsii.String("Bucket"), &awss3.BucketProps{EncryptionKey: awskms.NewKey(stack, jsii.String("Other"), nil)}),
			EventBus: awsevents.NewEventBus(stack, jsii.String("Bus"), nil),
		},
	})
	p.AddTarget(newSiblings(stack, "Prime"))
	require.Equal(t, "Stack/Bucket", *p.ResultsBucket().Node().Path())
	nested := synthesize(t, p)
	for _, r := range nested.Resources {
		require.NotEqual(t, "AWS::S3::Bucket", r.Type)
	}
	require.Equal(t, []any{
		map[string]any{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "<StackBucketArn>/dualarch/*"},
		map[string]any{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "<StackBucketArn>/dualarch/*/latest.json"},
		map[string]any{"Effect": "Allow", "Action": "events:PutEvents", "Resource": "<StackBusArn>"},
		map[string]any{"Effect": "Allow", "Action": []any{"kms:Decrypt", "kms:GenerateDataKey"}, "Resource": "<StackOtherArn>"},
	}, publishMay(t, nested))
}

func TestResultsBucketWithAKey(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{
		TunerBinary: binary(), EncryptionKey: awskms.NewKey(stack, jsii.String("Key"), nil),
		Results: &Results{Expiration: awscdk.Duration_Days(jsii.Number(90)), RemovalPolicy: awscdk.RemovalPolicy_DESTROY, Prefix: jsii.String("team-a/")},
	})
	p.AddTarget(newSiblings(stack, "Prime"))
	nested := synthesize(t, p)
	bucket := nested.properties(t, "AWS::S3::Bucket", "Results")
	require.Equal(t, map[string]any{"ServerSideEncryptionConfiguration": []any{map[string]any{
		"BucketKeyEnabled":              true,
		"ServerSideEncryptionByDefault": map[string]any{"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "<StackKeyArn>"},
	}}}, plain(bucket["BucketEncryption"]))
	require.Equal(t, 90.0, bucket["LifecycleConfiguration"].(map[string]any)["Rules"].([]any)[0].(map[string]any)["ExpirationInDays"])
	require.Contains(t, publishMay(t, nested), map[string]any{"Effect": "Allow", "Action": []any{"kms:Decrypt", "kms:GenerateDataKey"}, "Resource": "<StackKeyArn>"})
	require.Contains(t, publishMay(t, nested), map[string]any{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "<Results.Arn>/team-a/*"})
}

// One tuner keeps its results in one place and notifies one topic; who says so twice has to say the same.
func TestTwoDifferentResultsAreRefused(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary()})
	require.Nil(t, p.Publish())
	require.Nil(t, p.ResultsBucket())
	require.Contains(t, refusal(t, func() { p.GrantReadResults(nil) }), "give PowerTuningProps.Results")
	topic := awssns.NewTopic(stack, jsii.String("Topic"), nil)
	require.Equal(t, `PowerTuning "Stack/Tuning" cannot have an alarm:
  - AdviceAlarm: no results are kept that it could compare; give Results too`,
		refusal(t, func() { p.AlarmOnAdvice(&AdviceAlarm{Topic: topic}) }))

	p.KeepResults(&Results{Expiration: awscdk.Duration_Days(jsii.Number(30))})
	p.KeepResults(nil)
	p.KeepResults(&Results{Expiration: awscdk.Duration_Hours(jsii.Number(720))})
	require.Equal(t, `PowerTuning "Stack/Tuning" cannot keep results:
  - Results: the PowerTuning "Stack/Tuning" has other results already; give the same everywhere, or a PowerTuning of its own`,
		refusal(t, func() { p.KeepResults(&Results{}) }))
	p.AlarmOnAdvice(&AdviceAlarm{Topic: topic})
	p.AlarmOnAdvice(&AdviceAlarm{Topic: topic})
	require.Equal(t, `PowerTuning "Stack/Tuning" cannot have an alarm:
  - AdviceAlarm: the PowerTuning "Stack/Tuning" notifies another topic already; give the same everywhere, or a PowerTuning of its own`,
		refusal(t, func() { p.AlarmOnAdvice(&AdviceAlarm{}) }))
}
