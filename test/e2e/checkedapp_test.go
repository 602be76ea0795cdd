package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

const checkedName = "Checked"

// checkedFunction is a function whose next version a hook checks.
type checkedFunction struct {
	name    string
	payload map[string]any
	timeout awscdk.Duration // of an answer; nil: the function's own
	changed bool            // its code changes together with its architecture
	// logged is what the hook logs, as regular expressions.
	logged []string
	passes bool
}

// checkedFunctions are a function for each verdict. other is the architecture to which the next deployment moves them.
func checkedFunctions(other string) []checkedFunction {
	const goesOn, stopped = "the deployment goes on", "the deployment is stopped: "
	on := func(what string) map[string]any {
		return map[string]any{"order": "1", "on": map[string]string{goArchitectures[other]: what}}
	}
	return []checkedFunction{
		{name: "alike", payload: map[string]any{"order": "1"}, logged: []string{"answers were alike", goesOn}, passes: true},
		{name: "different", payload: map[string]any{"order": "1", "tell": true},
			logged: []string{stopped + "versions 1 and 2, of the same code, answered differently in 2 of 2 comparisons: /Architecture differs"}},
		{name: "failing", payload: on("fail"),
			logged: []string{stopped + `version 2, payload 1 of 1: it ended with an error \(Unhandled\); the function's own log, request [0-9a-f-]+, has it`}},
		{name: "slow", payload: on("sleep"), timeout: awscdk.Duration_Seconds(jsii.Number(1)),
			logged: []string{stopped + "version 2, payload 1 of 1: there was no answer within 1s"}},
		{name: "changed", payload: map[string]any{"order": "1", "tell": true}, changed: true,
			logged: []string{"answers were not compared: the release changes the code, or the comparison is off", goesOn}, passes: true},
	}
}

// synthesizeChecked writes the cloud assembly of the app with all of them on one architecture, and returns its folder.
func synthesizeChecked(t *testing.T, functions []checkedFunction, primary string, next bool) string {
	t.Helper()
	dir := t.TempDir()
	app := awscdk.NewApp(&awscdk.AppProps{
		Outdir:  jsii.String(dir),
		Context: flagsOfDemo(t),
		// With IAM enforced, the emulator refuses the roles of the CDK's bootstrap.
		DefaultStackSynthesizer: awscdk.NewCliCredentialsStackSynthesizer(nil),
	})
	stack := awscdk.NewStack(app, jsii.String(checkedName), nil)
	for _, f := range functions {
		source := ordersSource
		if f.changed && next {
			source = primeSource
		}
		dualarch.NewDualArchFunction(stack, jsii.String(f.name), &dualarch.DualArchFunctionProps{
			Code: dualarch.GoCode(jsii.String(source), nil),
			Function: &awslambda.FunctionOptions{
				FunctionName: jsii.String(f.name), MemorySize: jsii.Number(256), Timeout: awscdk.Duration_Seconds(jsii.Number(30)),
				// The emulator moves the alias without CodeDeploy, and the first version would be gone before it is compared.
				CurrentVersionOptions: &awslambda.VersionOptions{RemovalPolicy: awscdk.RemovalPolicy_RETAIN},
			},
			Primary: awslambda.Architecture_Custom(jsii.String(primary), nil),
			Serving: &dualarch.ServingOptions{Only: jsii.Bool(true), Check: &dualarch.CheckOptions{Payloads: &[]any{f.payload}, Timeout: f.timeout}},
			Api:     &dualarch.ApiOptions{Disabled: jsii.Bool(true)},
		})
	}
	app.Synth(nil)
	withoutCodeDeploy(t, filepath.Join(dir, checkedName+".template.json"))
	return dir
}

// withoutCodeDeploy puts something that the emulator knows, whose Ref is a name too, in the place of CodeDeploy's
// resources. What leads to them, and everything of the hook, stays as the construct made it.
func withoutCodeDeploy(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var template map[string]any
	require.NoError(t, json.Unmarshal(text, &template))
	replaced := 0
	for id, resource := range template["Resources"].(map[string]any) {
		if strings.HasPrefix(resource.(map[string]any)["Type"].(string), "AWS::CodeDeploy::") {
			template["Resources"].(map[string]any)[id] = map[string]any{"Type": "AWS::Logs::LogGroup"}
			replaced++
		}
	}
	require.Greater(t, replaced, 1, "an application and groups")
	text, err = json.Marshal(template)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, text, 0o644))
}
