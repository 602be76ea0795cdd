package snapshots

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// Each form of a serving function: moved by CodeDeploy and checked, all at once, adopted from elsewhere, and alone.
func TestServing(t *testing.T) {
	testStack(t, "Serving", addServing, testServing)
}

func addServing(stack awscdk.Stack) {
	queue := awssqs.NewQueue(stack, jsii.String("Queue"), nil)
	for _, form := range []struct {
		id      string
		serving *dualarch.ServingOptions
	}{
		{"Checked", &dualarch.ServingOptions{Check: &dualarch.CheckOptions{Payloads: &[]any{map[string]any{"rawPath": "/prime"}}}}},
		{"AllAtOnce", &dualarch.ServingOptions{Deployment: &dualarch.DeploymentOptions{AllAtOnce: jsii.Bool(true)}}},
		{"Adopted", &dualarch.ServingOptions{
			Alias: &dualarch.ServingAliasOptions{Name: jsii.String("prod"), Adopt: jsii.String("OldAlias12345678")},
			Adopt: &dualarch.AdoptOptions{
				Function: jsii.String("Old12345678"), Role: jsii.String("OldServiceRole12345678"), RolePolicy: jsii.String("OldServiceRoleDefaultPolicy12345678"),
				EventSources: map[string]string{"Serving/Queue": "OldSqsEventSource12345678"},
			},
		}},
		{"Only", &dualarch.ServingOptions{Only: jsii.Bool(true)}},
	} {
		fn := dualarch.NewDualArchFunction(stack, jsii.String(form.id), &dualarch.DualArchFunctionProps{
			Code:        dualarch.GoCode(jsii.String(root+"/functions/prime"), nil),
			Primary:     awslambda.Architecture_X86_64(),
			Function:    &awslambda.FunctionOptions{FunctionName: jsii.String(strings.ToLower(form.id)), MemorySize: jsii.Number(512)},
			Api:         &dualarch.ApiOptions{Disabled: jsii.Bool(true)},
			PowerTuning: &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true)},
			Serving:     form.serving,
		})
		fn.AddEventSource(awslambdaeventsources.NewSqsEventSource(queue, nil))
	}
}

// testServing looks at what a reader of a changed snapshot could overlook: every mapping leads to an alias that takes
// traffic, and all but one of these are moved by CodeDeploy.
func testServing(t *testing.T, stack template) {
	t.Helper()
	aliases := map[string]string{}
	for id, alias := range stack.ofType("AWS::Lambda::Alias") {
		aliases[id] = alias.Properties["Name"].(string)
	}
	require.Len(t, aliases, 4+2*3, "one of each serving function, two siblings of three")
	mappings := stack.ofType("AWS::Lambda::EventSourceMapping")
	require.Len(t, mappings, 4)
	require.Contains(t, mappings, "OldSqsEventSource12345678")
	for id, mapping := range mappings {
		text := names(mapping.Properties["FunctionName"])
		require.NotContains(t, text, "X86", id)
		require.NotContains(t, text, "Arm64", id)
	}
	require.Len(t, stack.ofType("AWS::CodeDeploy::Application"), 1)
	require.Len(t, stack.ofType("AWS::CodeDeploy::DeploymentGroup"), 3)
	require.Equal(t, "prod", aliases["OldAlias12345678"])
	require.Contains(t, stack.ofType("AWS::Lambda::Function"), "Old12345678")
}
