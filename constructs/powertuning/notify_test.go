package powertuning

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"
)

// TestAdviceAlarm checks an alarm for each target, whenever it was added, and that CloudWatch may notify the topic.
func TestAdviceAlarm(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{
		TunerBinary: binary(), Results: &Results{}, AdviceAlarm: &AdviceAlarm{Topic: awssns.NewTopic(stack, jsii.String("Topic"), nil)},
		FunctionArns: jsii.Strings("arn:aws:lambda:eu-central-1:123456789012:function:elsewhere"),
	})
	p.AddTarget(newSiblings(stack, "Prime"))
	require.Len(t, *p.AdviceAlarms(), 2)
	nested := synthesize(t, p)
	watched := map[string]string{"AdviceAlarmPrime": "Prime", "Function0AdviceAlarm": "elsewhere"}
	for id, target := range watched {
		require.Equal(t, map[string]any{
			"AlarmDescription":   "Power Tuning: the advice for " + target + " has changed; the execution's output, latest.json and the event dualarch.verdict say how",
			"Namespace":          "Dualarch",
			"MetricName":         "AdviceChanged",
			"Dimensions":         []any{map[string]any{"Name": "StateMachine", "Value": "<StateMachine.Name>"}, map[string]any{"Name": "Target", "Value": target}},
			"Statistic":          "Maximum",
			"Period":             3600.0,
			"EvaluationPeriods":  1.0,
			"ComparisonOperator": "GreaterThanOrEqualToThreshold",
			"Threshold":          1.0,
			"TreatMissingData":   "notBreaching",
			"AlarmActions":       []any{"<StackTopicRef>"},
		}, plain(nested.properties(t, "AWS::CloudWatch::Alarm", id)), id)
	}
	require.Equal(t, []any{map[string]any{
		"Sid": "0", "Effect": "Allow", "Action": "sns:Publish", "Principal": map[string]any{"Service": "cloudwatch.amazonaws.com"}, "Resource": "<Topic>",
		"Condition": map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": "<AWS::AccountId>"},
			"ArnLike":      map[string]any{"aws:SourceArn": "arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:*"},
		},
	}}, plain(statements(synthesize(t, stack).properties(t, "AWS::SNS::TopicPolicy", "TopicPolicy"))))
}

// A topic of another stack does not make the stacks need each other.
func TestTopicOfAnotherStack(t *testing.T) {
	app := awscdk.NewApp(nil)
	topic := awssns.NewTopic(awscdk.NewStack(app, jsii.String("Topics"), nil), jsii.String("Topic"), nil)
	stack := awscdk.NewStack(app, jsii.String("Stack"), nil)
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary(), Results: &Results{}, AdviceAlarm: &AdviceAlarm{Topic: topic}})
	p.AddTarget(newSiblings(stack, "Prime"))
	require.NotPanics(t, func() { app.Synth(nil) })
}
