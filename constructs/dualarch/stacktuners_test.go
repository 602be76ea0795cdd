package dualarch_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/constructs/powertuning"
)

// newTuned makes a function that only its tuning matters of.
func newTuned(scope constructs.Construct, id string, options *dualarch.PowerTuningOptions) dualarch.DualArchFunction {
	return dualarch.NewDualArchFunction(scope, jsii.String(id), &dualarch.DualArchFunctionProps{Code: hello, Api: noApi, PowerTuning: options})
}

// nestedTemplates returns the text of the nested stacks' templates of a synthesized app.
func nestedTemplates(t *testing.T, stack awscdk.Stack) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(*awscdk.App_Of(stack).Outdir(), "*.nested.template.json"))
	require.NoError(t, err)
	var texts []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		texts = append(texts, string(text))
	}
	return texts
}

// The functions of a stack share one tuning stack, unless they say otherwise.
func TestTheFunctionsOfAStackShareATuner(t *testing.T) {
	stack := newStack(t)
	const shared = "Demo/DualArchPowerTuning/PowerTuning"
	first := newTuned(stack, "Orders", nil)
	newTuned(stack, "Untuned", noTuning)
	second := newTuned(stack, "Offers", &dualarch.PowerTuningOptions{Payload: 1, Own: jsii.Bool(false)})
	third := newTuned(constructs.NewConstruct(stack, jsii.String("Admin")), "Orders", nil)
	named := newTuned(stack, "Named", &dualarch.PowerTuningOptions{Name: jsii.String("other")})
	own := newTuned(stack, "Own", &dualarch.PowerTuningOptions{Own: jsii.Bool(true)})
	withProps := newTuned(stack, "Props", &dualarch.PowerTuningOptions{Props: tuningProps(t)})
	for name, fn := range map[string]dualarch.DualArchFunction{"Orders": first, "Offers": second, "Admin/Orders": third, "other": named} {
		requirePath(t, shared, fn.PowerTuning())
		require.Equal(t, name, *fn.TuningTarget().Name)
	}
	requirePath(t, "Demo/Own/PowerTuning", own.PowerTuning())
	requirePath(t, "Demo/Props/PowerTuning", withProps.PowerTuning())

	template := synth(t, stack)
	require.Len(t, template.ofType("AWS::CloudFormation::Stack"), 3)
	outputs := map[string]string{}
	for id, output := range template.Outputs {
		outputs[plain(id)] = plain(names(output.Value))
	}
	require.Len(t, outputs, 3)
	require.Contains(t, outputs["DualArchPowerTuningStateMachineArn"], "DualArchPowerTuning")
	require.Contains(t, template.Outputs, "DualArchPowerTuningStateMachineArn", "the same in every app")
	require.Contains(t, outputs["OwnPowerTuningStateMachineArn"], "OwnPowerTuning")
	require.Contains(t, outputs["PropsPowerTuningStateMachineArn"], "PropsPowerTuning")
}

// Each stack has a tuner of its own: one of another stack's functions would need that stack first, and that the tuner.
func TestEachStackHasItsTuner(t *testing.T) {
	app := newApp(t)
	stage := awscdk.NewStage(app, jsii.String("Prod"), nil)
	stack := awscdk.NewStack(stage, jsii.String("Shop"), nil)
	inner := awscdk.NewNestedStack(stack, jsii.String("Inner"), nil)
	other := awscdk.NewStack(stage, jsii.String("Other"), nil)
	test := awscdk.NewStack(awscdk.NewStage(app, jsii.String("Test"), nil), jsii.String("Shop"), nil)
	for scope, want := range map[constructs.Construct]string{stack: "Prod/Shop", inner: "Prod/Shop/Inner", other: "Prod/Other", test: "Test/Shop"} {
		for range 2 {
			group := constructs.NewConstruct(scope, jsii.String("Group"+string(rune('A'+len(*scope.Node().Children())))))
			fn := newTuned(group, "Orders", nil)
			requirePath(t, want+"/DualArchPowerTuning/PowerTuning", fn.PowerTuning())
		}
		tuner := scope.Node().FindChild(jsii.String("DualArchPowerTuning")).Node().FindChild(jsii.String("PowerTuning")).(powertuning.PowerTuning)
		require.True(t, tuner.HasTarget(jsii.String("Orders")))
		require.False(t, tuner.HasTarget(jsii.String("Prod/Shop/GroupB/Orders")))
	}
	app.Synth(nil)
}

// The order in which functions are made, which may be that of a Go map, does not change what is deployed.
func TestATunerDoesNotDependOnTheOrderOfFunctions(t *testing.T) {
	var all [][]string
	for _, ids := range [][]string{{"Orders", "Offers", "Payments"}, {"Payments", "Orders", "Offers"}} {
		stack := newStack(t)
		for _, id := range ids {
			newTuned(stack, id, &dualarch.PowerTuningOptions{Payload: id})
		}
		synth(t, stack)
		all = append(all, nestedTemplates(t, stack))
	}
	require.Len(t, all[0], 1)
	require.Equal(t, all[0], all[1])
}

// Apps may have an output or a construct of any name but one.
func TestNamesAroundTheStacksTuner(t *testing.T) {
	stack := newStack(t)
	fn := newTuned(stack, "Orders", nil)
	shared := newTuning(t, stack)
	for _, id := range []string{"PowerTuningStateMachineArn", "StateMachineArn", "TuningStateMachineArn"} {
		awscdk.NewCfnOutput(stack, jsii.String(id), &awscdk.CfnOutputProps{Value: fn.PowerTuning().StateMachine().StateMachineArn()})
	}
	newTuned(stack, "Shared", &dualarch.PowerTuningOptions{Shared: shared})
	powertuning.NewPowerTuning(stack, jsii.String("PowerTuning"), &powertuning.PowerTuningProps{
		TunerBinary: tuningProps(t).TunerBinary, FunctionArns: &[]*string{fn.X86().FunctionArn()},
	})
	silent := tuningProps(t)
	silent.StateMachineArnOutput = jsii.Bool(false)
	require.Nil(t, newTuned(stack, "Silent", &dualarch.PowerTuningOptions{Props: silent}).PowerTuning().StateMachineArnOutput())
	require.Equal(t, []string{
		"DualArchPowerTuningStateMachineArn", "PowerTuningPowerTuningStateMachineArn", "PowerTuningStateMachineArn",
		"StateMachineArn", "TuningPowerTuningStateMachineArn", "TuningStateMachineArn",
	}, sorted(synth(t, stack).Outputs))
}

func TestWrongTuningOfAFunction(t *testing.T) {
	stack := newStack(t)
	shared := newTuning(t, stack)
	newTuned(stack, "Orders", nil)
	newTuned(stack, "Named", &dualarch.PowerTuningOptions{Name: jsii.String("Offers")})
	newTuned(stack, "NamedToo", &dualarch.PowerTuningOptions{Name: jsii.String("Demo/Offers")})
	admin := constructs.NewConstruct(stack, jsii.String("Admin"))
	newTuned(admin, "Orders", nil)
	before := len(children(stack))
	occupied := newStack(t)
	constructs.NewConstruct(occupied, jsii.String("DualArchPowerTuning"))
	for name, test := range map[string]struct {
		scope   constructs.Construct
		id      string
		options dualarch.PowerTuningOptions
		want    []string
	}{
		"own and shared": {stack, "New", dualarch.PowerTuningOptions{Own: jsii.Bool(true), Shared: shared, Props: tuningProps(t)}, []string{
			"PowerTuning.Props: it was given beside PowerTuning.Shared; leave one of them out: a shared stack has props of its own",
			"PowerTuning.Own: true was given beside PowerTuning.Shared; leave one of them out: the function has either a stack of its own or a shared one",
		}},
		"not its own, with props": {stack, "New", dualarch.PowerTuningOptions{Own: jsii.Bool(false), Props: tuningProps(t)}, []string{
			"PowerTuning.Own: false was given beside PowerTuning.Props, which describe a tuning stack of the function's own; leave one of them out, " +
				"or give a tuning stack with these props as PowerTuning.Shared",
		}},
		"no name": {stack, "New", dualarch.PowerTuningOptions{Name: jsii.String("")}, []string{`PowerTuning.Name: "" was given; give a name, or leave it out`}},
		"a token": {stack, "New", dualarch.PowerTuningOptions{Name: stack.StackId()}, []string{"PowerTuning.Name: a token was given; give a name that is known at synthesis, or leave it out"}},
		"a name twice": {stack, "New", dualarch.PowerTuningOptions{Name: jsii.String("Orders")}, []string{
			`PowerTuning.Name: "Orders" is taken by another function that shares the tuning stack of "Demo"; give another`,
		}},
		"an id, a path and a name": {stack, "Offers", dualarch.PowerTuningOptions{}, []string{
			`PowerTuning.Name: "Offers" is taken by another function that shares the tuning stack of "Demo"; give another`,
		}},
		"the place is taken": {occupied, "New", dualarch.PowerTuningOptions{}, []string{
			`PowerTuning: the stack "Demo" has another construct of the id DualArchPowerTuning, under which its functions share a tuning stack; ` +
				"give that one another id, or set PowerTuning.Own or Shared",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			text := recovered(t, func() { newTuned(test.scope, test.id, &test.options) })
			require.Equal(t, refused(`DualArchFunction "Demo/`+test.id+`"`, test.want...), text)
		})
	}
	require.Len(t, children(stack), before, "something was created")
	require.Equal(t, []string{"DualArchPowerTuning"}, children(occupied))
}

// The order in which functions of one id are made refuses none of them.
func TestTheSameIdTwiceInAnyOrder(t *testing.T) {
	stack := newStack(t)
	first := newTuned(constructs.NewConstruct(stack, jsii.String("Admin")), "Orders", nil)
	second := newTuned(stack, "Orders", nil)
	third := newTuned(constructs.NewConstruct(stack, jsii.String("Shop")), "Orders", nil)
	require.Equal(t, []string{"Orders", "Demo/Orders", "Shop/Orders"}, []string{*first.TuningTarget().Name, *second.TuningTarget().Name, *third.TuningTarget().Name})
}

// An id that is taken in a stack of the user's own gives the path as well.
func TestTheSameIdTwiceInASharedTuner(t *testing.T) {
	stack := newStack(t)
	options := &dualarch.PowerTuningOptions{Shared: newTuning(t, stack)}
	require.Equal(t, "Orders", *newTuned(stack, "Orders", options).TuningTarget().Name)
	require.Equal(t, "Admin/Orders", *newTuned(constructs.NewConstruct(stack, jsii.String("Admin")), "Orders", options).TuningTarget().Name)
	options.Name = jsii.String("Orders")
	require.Equal(t, refused(`DualArchFunction "Demo/Third"`, `PowerTuning.Shared: Name: "Orders" is taken by another target of the PowerTuning "Demo/Tuning"; give another`),
		recovered(t, func() { newTuned(stack, "Third", options) }))
}
