package dualarch_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// newLargeStack returns a stack without CloudFormation's limit of 500 resources.
func newLargeStack(t *testing.T) awscdk.Stack {
	t.Helper()
	return awscdk.NewStack(awscdk.NewApp(&awscdk.AppProps{
		Outdir:  jsii.String(t.TempDir()),
		Context: &map[string]any{"aws:cdk:disable-asset-staging": true, "@aws-cdk/core:stackResourceLimit": 0},
	}), jsii.String("Demo"), nil)
}

// A hundred functions with the longest names and large payloads take as many tuning stacks as AWS's limits ask for.
func TestAHundredFunctions(t *testing.T) {
	stack := newLargeStack(t)
	payload := strings.Repeat("p", 2046) // and its quotes
	var all []string
	for i := range 100 {
		id := fmt.Sprintf("Function%056d", i)
		all = append(all, id)
		dualarch.NewDualArchFunction(stack, &id, &dualarch.DualArchFunctionProps{
			Code: hello, Api: noApi, PowerTuning: &dualarch.PowerTuningOptions{Payload: payload},
			Function: &awslambda.FunctionOptions{FunctionName: jsii.String(fmt.Sprintf("function-%048d", i))},
		})
	}
	template := synth(t, stack)
	require.Empty(t, *assertions.Annotations_FromStack(stack).FindWarning(jsii.String("*"), assertions.Match_StringLikeRegexp(jsii.String("(?i)policy|parameter|size"))))
	require.Equal(t, []string{
		"DualArchPowerTuningStateMachineArn", "DualArchPowerTuningStateMachineArn2", "DualArchPowerTuningStateMachineArn3", "DualArchPowerTuningStateMachineArn4",
	}, sorted(template.Outputs))

	var tuned []string
	for _, text := range nestedTemplates(t, stack) {
		tuned = append(tuned, requireWithinLimits(t, text)...)
	}
	slices.Sort(tuned)
	require.Equal(t, all, tuned, "each once")
}

// Thirty functions are one tuning stack.
func TestThirtyFunctions(t *testing.T) {
	stack := newLargeStack(t)
	for i := range 30 {
		newTuned(stack, fmt.Sprintf("Function%d", i), nil)
	}
	template := synth(t, stack)
	texts := nestedTemplates(t, stack)
	require.Len(t, texts, 1)
	require.Len(t, requireWithinLimits(t, texts[0]), 30)
	n := len(template.Resources) + len(parse(t, texts[0]).Resources)
	require.Less(t, n, 400, "1681 with a tuning stack each")
	t.Logf("%d resources", n)
}

func parse(t *testing.T, text string) template {
	t.Helper()
	var read template
	require.NoError(t, json.Unmarshal([]byte(text), &read))
	return read
}

// requireWithinLimits holds a tuning stack against AWS's limits, with the longest ARNs that there may be, and returns the
// names of its targets.
func requireWithinLimits(t *testing.T, text string) []string {
	t.Helper()
	var parameters struct{ Parameters map[string]any }
	require.NoError(t, json.Unmarshal([]byte(text), &parameters))
	require.LessOrEqual(t, len(parameters.Parameters), 200)
	require.Less(t, len(text), 1_000_000, "the template")
	read := parse(t, text)
	require.Less(t, len(read.Resources), 500)

	inline, managed := map[string]int{}, map[string]int{}
	for id, r := range read.Resources {
		if r.Type != "AWS::IAM::Policy" && r.Type != "AWS::IAM::ManagedPolicy" {
			continue
		}
		document, err := json.Marshal(deployed(r.Properties["PolicyDocument"]))
		require.NoError(t, err)
		for _, of := range r.Properties["Roles"].([]any) {
			if role := names(of); r.Type == "AWS::IAM::Policy" {
				inline[role] += len(document)
			} else {
				managed[role]++
				require.LessOrEqual(t, len(document), 6144, id)
				require.NotContains(t, id, "OverflowPolicy", "CDK does not divide what is divided")
			}
		}
	}
	for role, bytes := range inline {
		require.LessOrEqual(t, bytes, 10_240, role)
	}
	for role, n := range managed {
		require.LessOrEqual(t, n, 10, role)
	}

	definition := deployed(read.ofType("AWS::StepFunctions::StateMachine")["StateMachine"]["DefinitionString"]).(string)
	require.Less(t, len(definition), 1_048_576)
	var machine struct {
		States map[string]struct {
			Parameters struct {
				Defaults *struct {
					Targets []struct {
						Name      string
						Functions []string
						Payload   json.RawMessage
					}
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(definition), &machine))
	var found []string
	payloads := 0
	for _, target := range machine.States["Plan"].Parameters.Defaults.Targets {
		found = append(found, target.Name)
		payloads += len(target.Payload)
		// Each step may do with each of them what it has to.
		for _, function := range target.Functions {
			for _, statement := range []string{
				"Plan lambda:GetFunction " + function, "Prepare lambda:PublishVersion " + function, "Measure lambda:InvokeFunction " + function + ":*",
				"Restore lambda:DeleteFunction " + function + ":*", "Heal lambda:UpdateFunctionConfiguration " + function, "Heal Deny lambda:DeleteFunction " + function,
			} {
				require.True(t, permissionsOf(t, text, read)[statement], statement)
			}
		}
	}
	require.LessOrEqual(t, payloads, 60_000)
	return found
}

// permissionsOf returns "<step> <action> <resource>" of all policies of steps, with Deny where they deny.
func permissionsOf(t *testing.T, text string, read template) map[string]bool {
	t.Helper()
	if known := permissionsIn[text]; known != nil {
		return known
	}
	found := map[string]bool{}
	for _, r := range read.Resources {
		if r.Type != "AWS::IAM::Policy" && r.Type != "AWS::IAM::ManagedPolicy" {
			continue
		}
		step := strings.TrimSuffix(names(r.Properties["Roles"].([]any)[0]), "Role")
		for _, raw := range deployed(r.Properties["PolicyDocument"]).(map[string]any)["Statement"].([]any) {
			statement := raw.(map[string]any)
			prefix := step + " "
			if statement["Effect"] == "Deny" {
				prefix += "Deny "
			}
			for _, action := range listOf(statement["Action"]) {
				for _, resource := range listOf(statement["Resource"]) {
					found[prefix+action.(string)+" "+resource.(string)] = true
				}
			}
		}
	}
	clear(permissionsIn)
	permissionsIn[text] = found
	return found
}

var permissionsIn = map[string]map[string]bool{}

func listOf(value any) []any {
	if many, is := value.([]any); is {
		return many
	}
	return []any{value}
}

var (
	parameter = regexp.MustCompile(`^referencetoDemo(.*)(Arn|Ref)$`)
	pseudo    = map[string]string{"AWS::Partition": "aws-us-gov", "AWS::Region": "us-gov-west-1", "AWS::AccountId": "123456789012", "AWS::URLSuffix": "amazonaws.com"}
)

// deployed returns a value as it is once CloudFormation knows everything, with the longest names.
func deployed(value any) any {
	switch v := value.(type) {
	case []any:
		all := make([]any, len(v))
		for i, element := range v {
			all[i] = deployed(element)
		}
		return all
	case map[string]any:
		if ref, is := v["Ref"].(string); is {
			return deployedRef(ref)
		}
		if get, is := v["Fn::GetAtt"].([]any); is {
			return "arn:aws-us-gov:logs:us-gov-west-1:123456789012:log-group:" + fmt.Sprint(get...)
		}
		if join, is := v["Fn::Join"].([]any); is {
			var text strings.Builder
			for _, part := range join[1].([]any) {
				text.WriteString(deployed(part).(string))
			}
			return text.String()
		}
		all := map[string]any{}
		for _, key := range slices.Collect(maps.Keys(v)) {
			all[key] = deployed(v[key])
		}
		return all
	}
	return value
}

func deployedRef(ref string) string {
	if known, is := pseudo[ref]; is {
		return known
	}
	match := parameter.FindStringSubmatch(ref)
	if match == nil {
		return ref
	}
	name := "Demo-" + match[1] + "-ABCDEFGHIJKL"
	if strings.Contains(match[1], "Logs") {
		return "arn:aws-us-gov:logs:us-gov-west-1:123456789012:log-group:" + name + ":*"
	}
	if len(name) > 64 {
		name = name[len(name)-64:]
	}
	return "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:" + name
}

// A Guard looks into as many functions as there are, in the app and in its stages, without exhausting the stack of Node.js.
func TestGuardOfManyFunctions(t *testing.T) {
	const near, far, dual = 150, 90, 40
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &map[string]any{"@aws-cdk/core:stackResourceLimit": 0}})
	awscdk.Aspects_Of(app).Add(dualarch.NewGuard(nil), nil)
	source := folder(t, map[string]string{"app.py": ""})
	plain := func(scope constructs.Construct, n int) awscdk.Stack {
		stack, code := awscdk.NewStack(scope, jsii.String("Shop"), nil), awslambda.Code_FromAsset(source, nil)
		for i := range n {
			layer := awslambda.NewLayerVersion(stack, jsii.String(fmt.Sprintf("Layer%d", i)), &awslambda.LayerVersionProps{Code: code})
			python(stack, fmt.Sprintf("Function%d", i), nil, code, layer)
		}
		return stack
	}
	plain(awscdk.NewStage(app, jsii.String("Prod"), nil), far)
	stack := plain(app, near)
	for i := range dual { // these check themselves
		dualarch.NewDualArchFunction(stack, jsii.String(fmt.Sprintf("Dual%d", i)), &dualarch.DualArchFunctionProps{Code: hello, Api: noApi, PowerTuning: noTuning})
	}
	app.Synth(nil)
	summary, _ := readiness(t, app)
	require.Equal(t, map[string]int{
		"functions": near + far + 2*dual, "ready": near + far, "onArm64": dual, "dualArch": dual, "rebuild": 0, "blocked": 0, "unknown": 0, "unchecked": 0, "errors": 0,
	}, summary)
}
