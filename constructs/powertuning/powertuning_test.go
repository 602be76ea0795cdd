package powertuning

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/tuning"
)

// TestPlain checks the stack that a DualArchFunction makes by default: created before its target,
// without properties.
func TestPlain(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary()})
	p.AddTarget(newSiblings(stack, "Prime"))
	awscdk.NewCfnOutput(stack, jsii.String("Arn"), &awscdk.CfnOutputProps{Value: p.StateMachine().StateMachineArn()})
	caller := awsiam.NewUser(stack, jsii.String("Caller"), nil)
	p.GrantStartExecution(caller)
	nested := synthesize(t, p)

	t.Run("resources", func(t *testing.T) {
		count := map[string]int{}
		for _, r := range nested.Resources {
			count[r.Type]++
		}
		require.Equal(t, map[string]int{
			"AWS::Lambda::Function":            7,
			"AWS::Logs::LogGroup":              9,  // and of both state machines
			"AWS::IAM::Role":                   10, // and of the state machines and the rule
			"AWS::IAM::Policy":                 14, // and what Plan and Heal may see of executions; what Heal may stop, and put back
			"Custom::DualarchHealOnUpdate":     1,
			"Custom::DualarchHealOnDelete":     1,
			"AWS::StepFunctions::StateMachine": 2,
			"AWS::Events::Rule":                3,
			"AWS::CloudWatch::Alarm":           1,
			"AWS::SQS::Queue":                  1,
			"AWS::SQS::QueuePolicy":            1,
		}, count)
	})

	t.Run("steps", func(t *testing.T) {
		timeouts := map[string]float64{"Verdict": 120}
		for _, id := range []string{"Plan", "Prepare", "Measure", "Restore", "Verdict", "Apply", "Heal"} {
			f := nested.properties(t, "AWS::Lambda::Function", id)
			timeout := timeouts[id]
			if timeout == 0 {
				timeout = 900
			}
			require.Equal(t, []any{"arm64"}, f["Architectures"], id)
			require.Equal(t, "provided.al2023", f["Runtime"], id)
			require.Equal(t, "bootstrap", f["Handler"], id)
			require.Equal(t, timeout, f["Timeout"], id)
			memory := 256.0
			if id == "Measure" {
				memory = 384
			}
			require.Equal(t, memory, f["MemorySize"], id)
			require.Equal(t, map[string]any{"Mode": "Active"}, f["TracingConfig"], id)
			require.Equal(t, map[string]any{"Variables": map[string]any{"DUALARCH_STEP": strings.ToLower(id)}}, f["Environment"], id)
			require.Equal(t, "<"+id+"Role.Arn>", plain(f["Role"]), id)
			require.Equal(t, map[string]any{"LogGroup": "<" + id + "LogGroup>"}, plain(f["LoggingConfig"]), id)
			require.NotContains(t, f, "ReservedConcurrentExecutions", id)
			require.NotContains(t, f, "VpcConfig", id)
			require.Equal(t, 30.0, nested.properties(t, "AWS::Logs::LogGroup", id+"LogGroup")["RetentionInDays"], id)
		}
	})

	t.Run("one asset", func(t *testing.T) {
		keys := map[any]bool{}
		for _, r := range nested.Resources {
			if r.Type == "AWS::Lambda::Function" {
				keys[r.Properties["Code"].(map[string]any)["S3Key"]] = true
			}
		}
		require.Len(t, keys, 1)
	})

	t.Run("definitions", func(t *testing.T) {
		arns := map[asl.Step]string{}
		for _, s := range steps {
			arns[s.Step] = "<" + s.id + ".Arn>"
		}
		want := asl.Tuning(arns, input.Defaults{
			TimeoutSeconds: 3600, TunerArchitecture: tuning.Arm,
			Targets: []input.DefaultTarget{{
				Name: "Prime", LiveAlias: "live", Functions: []string{"<StackPrimeIntelArn>", "<StackPrimeGravitonArn>"},
			}},
		})
		require.Empty(t, cmp.Diff(written(t, want), definition(t, nested, "StateMachine")))
		require.Empty(t, cmp.Diff(written(t, asl.Healing(arns, []string{"<StackPrimeIntelArn>", "<StackPrimeGravitonArn>"})), definition(t, nested, "HealStateMachine")))
	})

	t.Run("state machines", func(t *testing.T) {
		for _, id := range []string{"StateMachine", "HealStateMachine"} {
			m := nested.properties(t, "AWS::StepFunctions::StateMachine", id)
			require.Equal(t, map[string]any{"Enabled": true}, m["TracingConfiguration"])
			require.NotContains(t, m, "StateMachineName")
			require.Equal(t, map[string]any{
				"Level": "ALL", "IncludeExecutionData": false, "Destinations": []any{map[string]any{
					"CloudWatchLogsLogGroup": map[string]any{"LogGroupArn": "<" + id + "LogGroup.Arn>"},
				}},
			}, plain(m["LoggingConfiguration"]))
			group := nested.properties(t, "AWS::Logs::LogGroup", id+"LogGroup")
			require.Equal(t, "/aws/vendedlogs/states/Stack-Tuning--"+id, plainName(group["LogGroupName"].(string)))
			require.Equal(t, 30.0, group["RetentionInDays"])
		}
	})

	t.Run("killed executions", func(t *testing.T) {
		// An event also holds the execution's input and output, which are nobody else's business.
		whichOne := map[string]any{
			"InputPathsMap": map[string]any{"detail-executionArn": "$.detail.executionArn", "detail-status": "$.detail.status"},
			"InputTemplate": `{"detail":{"executionArn":<detail-executionArn>,"status":<detail-status>}}`,
		}
		require.Equal(t, map[string]any{
			"Description": "Power Tuning: puts functions back after an execution that was killed",
			"State":       "ENABLED",
			"EventPattern": map[string]any{
				"source":      []any{"aws.states"},
				"detail-type": []any{"Step Functions Execution Status Change"},
				"detail": map[string]any{
					"status": []any{"ABORTED", "FAILED", "TIMED_OUT"}, "stateMachineArn": []any{"<StateMachine>"},
				},
			},
			"Targets": []any{map[string]any{
				"Id": "Target0", "Arn": "<HealStateMachine>", "RoleArn": "<HealStateMachineEventsRole.Arn>",
				"DeadLetterConfig": map[string]any{"Arn": "<HealDeadLetterQueue.Arn>"},
				"InputTransformer": whichOne,
			}},
		}, plain(nested.properties(t, "AWS::Events::Rule", "HealRule")))
		require.Equal(t, map[string]any{
			"Description":        "Power Tuning: puts functions back that an execution has left, if no event said so",
			"State":              "ENABLED",
			"ScheduleExpression": "rate(1 day)",
			"Targets": []any{map[string]any{
				"Id": "Target0", "Arn": "<HealStateMachine>", "RoleArn": "<HealStateMachineEventsRole.Arn>", "Input": "{}",
				"DeadLetterConfig": map[string]any{"Arn": "<HealDeadLetterQueue.Arn>"},
			}},
		}, plain(nested.properties(t, "AWS::Events::Rule", "HealDailyRule")))
		require.Equal(t, map[string]any{
			"Description": "Power Tuning: reports functions that could not be put back",
			"State":       "ENABLED",
			"EventPattern": map[string]any{
				"source":      []any{"aws.states"},
				"detail-type": []any{"Step Functions Execution Status Change"},
				"detail": map[string]any{
					"status": []any{"ABORTED", "FAILED", "TIMED_OUT"}, "stateMachineArn": []any{"<HealStateMachine>"},
				},
			},
			"Targets": []any{map[string]any{"Id": "Target0", "Arn": "<HealDeadLetterQueue.Arn>", "InputTransformer": whichOne}},
		}, plain(nested.properties(t, "AWS::Events::Rule", "HealFailedRule")))
		require.Equal(t, map[string]any{
			"AlarmDescription":   "Power Tuning: a function could not be put back; the messages in HealDeadLetterQueue say which execution left it",
			"Namespace":          "AWS/SQS",
			"MetricName":         "ApproximateNumberOfMessagesVisible",
			"Dimensions":         []any{map[string]any{"Name": "QueueName", "Value": "<HealDeadLetterQueue.QueueName>"}},
			"Statistic":          "Maximum",
			"Period":             300.0,
			"EvaluationPeriods":  1.0,
			"ComparisonOperator": "GreaterThanOrEqualToThreshold",
			"Threshold":          1.0,
			"TreatMissingData":   "notBreaching",
		}, plain(nested.properties(t, "AWS::CloudWatch::Alarm", "HealAlarm")))
	})

	t.Run("from the parent", func(t *testing.T) {
		parent := synthesize(t, stack)
		const arn = "<TuningNestedStackTuningNestedStackResource.Outputs.StackTuningStateMachineRef>"
		require.Equal(t, arn, plain(parent.Outputs["Arn"].(map[string]any)["Value"]))
		require.Equal(t, map[string]any{
			"Description": `State machine that tunes: start it with {"target": "<name>"}, or with {} if it tunes one function only`, "Value": arn,
		}, plain(parent.Outputs["TuningPowerTuningStateMachineArn"]))
		require.Equal(t, []any{map[string]any{"Effect": "Allow", "Action": "states:StartExecution", "Resource": arn}},
			plain(statements(parent.properties(t, "AWS::IAM::Policy", "CallerDefaultPolicy"))))
	})
}

// TestSharedBeforeItsTargets adds several targets, one of them with a payload of its own.
func TestSharedBeforeItsTargets(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{
		TunerBinary:        binary(),
		PowerValues:        jsii.Numbers(128, 1769),
		Exploration:        tuning.Adaptive,
		Num:                jsii.Number(20),
		Strategy:           tuning.Balanced,
		BalancedWeight:     jsii.Number(0),
		ParallelInvocation: jsii.Bool(true),
		Payload:            map[string]any{"nothing": nil, "list": []any{nil, "<&>"}, "count": json.Number("12345678901234567890")},
		CompareResponses:   &CompareResponses{Ignore: jsii.Strings("/machine", "/elapsed")},
		VisualizationUrl:   jsii.String("https://charts.example/"),
	})
	prime, number := newSiblings(stack, "Prime"), newSiblings(stack, "Number")
	number.payload = "plain text"
	p.AddTarget(prime)
	p.AddTarget(number)

	states := definition(t, synthesize(t, p), "StateMachine").(map[string]any)["States"].(map[string]any)
	for _, name := range []string{"Plan", "Prepare", "Measure", "Verdict", "Apply"} {
		require.Equal(t, map[string]any{
			"powerValues": []any{128.0, 1769.0}, "num": 20.0, "exploration": "adaptive", "strategy": "balanced", "balancedWeight": 0.0,
			"parallelInvocation": true,
			"payload":            map[string]any{"nothing": nil, "list": []any{nil, "<&>"}, "count": 12345678901234567890.0},
			"compareResponses":   map[string]any{"ignore": []any{"/machine", "/elapsed"}},
			"visualizationURL":   "https://charts.example/",
			"timeoutSeconds":     3600.0, "tunerArchitecture": "arm64",
			"targets": []any{
				// By name, in whatever order they were added.
				map[string]any{"name": "Number", "liveAlias": "live", "payload": "plain text",
					"functions": []any{"<StackNumberIntelArn>", "<StackNumberGravitonArn>"}},
				map[string]any{"name": "Prime", "liveAlias": "live", "functions": []any{"<StackPrimeIntelArn>", "<StackPrimeGravitonArn>"}},
			},
		}, states[name].(map[string]any)["Parameters"].(map[string]any)["defaults"], name)
	}
	for name, more := range map[string][]string{"Restore": nil, "RestoreAfterFailure": {"failed"}, "Heal": nil} {
		require.ElementsMatch(t, append([]string{"execution", "retries.$", "state.$"}, more...),
			slices.Collect(maps.Keys(states[name].(map[string]any)["Parameters"].(map[string]any))), name)
	}
}

func TestNothingToTune(t *testing.T) {
	stack := newStack()
	NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary()})
	require.Contains(t, refusal(t, func() { stack.Node().Root().(awscdk.App).Synth(nil) }),
		"[Stack/Tuning] there is no function to tune; call AddTarget, or give Functions or FunctionArns")
}

// definition returns a state machine's synthesized definition.
func definition(t *testing.T, nested template, id string) any {
	t.Helper()
	text := plain(nested.properties(t, "AWS::StepFunctions::StateMachine", id)["DefinitionString"]).(string)
	var read any
	require.NoError(t, json.Unmarshal([]byte(text), &read))
	return read
}

// written returns a value as JSON reads it.
func written(t *testing.T, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	var read any
	require.NoError(t, json.Unmarshal(text, &read))
	return read
}
