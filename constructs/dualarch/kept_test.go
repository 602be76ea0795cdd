package dualarch_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/constructs/powertuning"
)

// nestedOf returns the only nested template of a stack that has been synthesized.
func nestedOf(t *testing.T, stack awscdk.Stack) template {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(*awscdk.App_Of(stack).Outdir(), "*.nested.template.json"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	var nested template
	readJSON(t, files[0], &nested)
	return nested
}

// Two functions share a tuner: each has its schedule, and both the results.
func TestKeptTrue(t *testing.T) {
	stack := newStack(t)
	tuning := newTuning(t, stack)
	for _, id := range []string{"First", "Second"} {
		dualarch.NewDualArchFunction(stack, jsii.String(id), &dualarch.DualArchFunctionProps{
			Code: hello, Api: noApi,
			PowerTuning: &dualarch.PowerTuningOptions{
				Shared: tuning, Schedule: &powertuning.Schedule{}, Results: &powertuning.Results{}, AdviceAlarm: &powertuning.AdviceAlarm{},
			},
		})
	}
	synth(t, stack)
	nested := nestedOf(t, stack)
	var inputs []string
	for _, schedule := range nested.ofType("AWS::Scheduler::Schedule") {
		inputs = append(inputs, schedule["Target"].(properties)["Input"].(string))
	}
	require.ElementsMatch(t, []string{`{"target":"First"}`, `{"target":"Second"}`}, inputs)
	require.Len(t, nested.ofType("AWS::S3::Bucket"), 1)
	require.Equal(t, []string{"AdviceAlarmFirst", "AdviceAlarmSecond", "HealAlarm", "ScheduleAlarm"}, sorted(nested.ofType("AWS::CloudWatch::Alarm")))
}

// What the tuning stack would refuse is refused before anything is created.
func TestKeptWrongly(t *testing.T) {
	stack := newStack(t)
	tuning := newTuning(t, stack)
	tuning.KeepResults(&powertuning.Results{Prefix: jsii.String("theirs/")})
	for name, test := range map[string]struct {
		options dualarch.PowerTuningOptions
		want    []string
	}{
		"other results": {
			dualarch.PowerTuningOptions{Shared: tuning, Results: &powertuning.Results{}, Schedule: &powertuning.Schedule{Input: map[string]any{"num": 1}}},
			[]string{
				"PowerTuning.Schedule.Input: the input cannot be used: $.num: given 1; allowed: a whole number from 5 to 10000",
				`PowerTuning.Shared: Results: the PowerTuning "Demo/Tuning" has other results already; give the same everywhere, or a PowerTuning of its own`,
			},
		},
		"wrong results": {
			dualarch.PowerTuningOptions{Shared: tuning, Results: &powertuning.Results{Prefix: jsii.String("/theirs")}},
			[]string{`PowerTuning.Results.Prefix: "/theirs" cannot begin a key; give at most 400 letters, digits and ! - _ . in parts that each end with a slash, such as "tuning/"`},
		},
		"twice": {
			dualarch.PowerTuningOptions{
				Props:   &powertuning.PowerTuningProps{Results: &powertuning.Results{}, AdviceAlarm: &powertuning.AdviceAlarm{}},
				Results: &powertuning.Results{}, AdviceAlarm: &powertuning.AdviceAlarm{},
			},
			[]string{
				"PowerTuning.Results: they were given beside PowerTuning.Props.Results; leave one of them out",
				"PowerTuning.AdviceAlarm: it was given beside PowerTuning.Props.AdviceAlarm; leave one of them out",
			},
		},
		"nothing to compare": {
			dualarch.PowerTuningOptions{AdviceAlarm: &powertuning.AdviceAlarm{}},
			[]string{"PowerTuning.AdviceAlarm: no results are kept that it could compare; give Results too"},
		},
	} {
		before := len(*stack.Node().Children())
		require.Equal(t, `DualArchFunction "Demo/Hello" cannot be made, nothing was created:`+"\n  - "+strings.Join(test.want, "\n  - "), recovered(t, func() {
			dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{Code: hello, Api: noApi, PowerTuning: &test.options})
		}), name)
		require.Len(t, *stack.Node().Children(), before, name)
	}
}

// widgets returns what a stack's only dashboard shows.
func widgets(t *testing.T, template template) []properties {
	t.Helper()
	var body struct{ Widgets []properties }
	text := names(template.only(t, "AWS::CloudWatch::Dashboard")["DashboardBody"])
	require.NoError(t, json.Unmarshal([]byte(text), &body), text)
	return body.Widgets
}

func TestDashboard(t *testing.T) {
	stack := newStack(t)
	options := tuningProps(t)
	options.Results = &powertuning.Results{}
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi, Function: &awslambda.FunctionOptions{MemorySize: jsii.Number(512)},
		Arm64:       &dualarch.SiblingOptions{MemorySize: jsii.Number(1024)},
		Serving:     &dualarch.ServingOptions{Deployment: allAtOnce},
		PowerTuning: &dualarch.PowerTuningOptions{Props: options},
		Dashboard:   &dualarch.DashboardOptions{Name: jsii.String("hello")},
	})
	require.NotNil(t, fn.Dashboard())
	template := synth(t, stack)
	require.Equal(t, "hello", template.only(t, "AWS::CloudWatch::Dashboard")["DashboardName"])
	shown := widgets(t, template)
	var titles []string
	for _, w := range shown {
		titles = append(titles, w["properties"].(properties)["title"].(string))
	}
	require.Equal(t, []string{
		"Duration (ms): average", "Duration (ms): 95th percentile", "Errors", "Invocations",
		"Cost an hour (USD), estimated: prices of us-east-1 of 2026-09-19, today's memory sizes",
		"What the advice would save (%), and when it changed", "The last advice",
	}, titles)
	metrics := func(i int) []any { return shown[i]["properties"].(properties)["metrics"].([]any) }
	require.Len(t, metrics(0), 3, "both siblings and the serving function")

	// A million requests of 0.2 USD, and GB-seconds of each architecture.
	var costs []string
	for _, m := range metrics(4) {
		if expression, ok := m.([]any)[0].(properties); ok {
			costs = append(costs, expression["label"].(string)+": "+expression["expression"].(string))
		}
	}
	require.Equal(t, []string{
		"x86_64: invocations0*0.0000002+duration0*0.00000000001627607*512",
		"arm64: invocations1*0.0000002+duration1*0.0000000000130209*1024",
		"serving, arm64: invocations2*0.0000002+duration2*0.0000000000130209*1024",
	}, costs)
	require.Contains(t, shown[6]["properties"].(properties)["query"], "filter Target = 'Hello' and ispresent(SavingPercent)")
}

// Without results there is no advice to show; without siblings the serving function alone.
func TestDashboardOfLess(t *testing.T) {
	stack := newStack(t)
	dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi, PowerTuning: noTuning, Serving: &dualarch.ServingOptions{Only: jsii.Bool(true), Deployment: allAtOnce},
		Dashboard: &dualarch.DashboardOptions{},
	})
	shown := widgets(t, synth(t, stack))
	require.Len(t, shown, 5)
	require.Len(t, shown[0]["properties"].(properties)["metrics"], 1)

	other := newStack(t)
	require.Equal(t, `DualArchFunction "Demo/Hello" cannot be made, nothing was created:
  - Dashboard.Name: "a b" was given; give 1 to 255 letters, digits, hyphens and underscores`, recovered(t, func() {
		dualarch.NewDualArchFunction(other, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
			Code: hello, Api: noApi, PowerTuning: noTuning, Dashboard: &dualarch.DashboardOptions{Name: jsii.String("a b")},
		})
	}))
}
