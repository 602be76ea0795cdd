package dualarch_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// existing makes an app as there may be one since 86f3110.
func existing(stack awscdk.Stack, primary awslambda.Architecture) {
	queue := awssqs.NewQueue(stack, jsii.String("Queue"), nil)
	table := awsdynamodb.NewTable(stack, jsii.String("Table"), &awsdynamodb.TableProps{
		PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("id"), Type: awsdynamodb.AttributeType_STRING},
		Stream:       awsdynamodb.StreamViewType_NEW_IMAGE,
	})
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
		Code: dualarch.GoCode(jsii.String("testdata/hello"), nil), Primary: primary,
		Function:    &awslambda.FunctionOptions{Events: &[]awslambda.IEventSource{awslambdaeventsources.NewSqsEventSource(queue, nil)}},
		PowerTuning: &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true)},
	})
	fn.AddEventSource(awslambdaeventsources.NewDynamoEventSource(table, &awslambdaeventsources.DynamoEventSourceProps{StartingPosition: awslambda.StartingPosition_LATEST}))
	fn.Live(primary).AddFunctionUrl(nil)
}

// stable are the types of resources whose ids an existing app relies on.
var stable = []string{
	"AWS::Lambda::Function", "AWS::Lambda::Alias", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Url", "AWS::IAM::Role", "AWS::Logs::LogGroup",
	"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::Integration",
}

func stableIDs(of template) map[string]string {
	ids := map[string]string{}
	for id, r := range of.Resources {
		if slices.Contains(stable, r.Type) {
			ids[id] = r.Type
		}
	}
	return ids
}

// synthExisting synthesizes that app with a context.
func synthExisting(t *testing.T, primary awslambda.Architecture, flag any) (awscdk.App, template) {
	t.Helper()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &map[string]any{
		"aws:cdk:disable-asset-staging": true, dualarch.StableIds: flag,
	}})
	stack := awscdk.NewStack(app, jsii.String("Demo"), nil)
	existing(stack, primary)
	return app, synth(t, stack)
}

// The ids of an app at 86f3110 are those of the same app now.
func TestIdsOfExistingApps(t *testing.T) {
	var before map[string]string
	readJSON(t, "testdata/ids-86f3110.json", &before)
	app, now := synthExisting(t, awslambda.Architecture_ARM_64(), false)
	require.Equal(t, before, stableIDs(now))
	require.Equal(t, []string{"Demo/Orders warning @dualarch/dualarch:stableIds"}, acknowledgeableOf(app))
	require.Contains(t, annotations(at(app, "Demo/Orders"))[0], `A change of Primary replaces its event source mappings, so that a stream loses its position. `+
		`Together with that change, set the context "@dualarch/dualarch:stableIds": true in cdk.json, for mappings that move in place from then on; `+
		`alone it would ask for a second mapping of the same source and function, which Lambda refuses (409)`)
}

// With the flag a change of Primary keeps the ids of mappings, and moves them to the other alias, which is there first.
func TestMappingsMoveInPlaceWithTheFlag(t *testing.T) {
	app, arm64 := synthExisting(t, awslambda.Architecture_ARM_64(), true)
	_, x86 := synthExisting(t, awslambda.Architecture_X86_64(), true)
	require.Empty(t, acknowledgeableOf(app))
	require.Len(t, arm64.ids()["AWS::Lambda::EventSourceMapping"], 2)
	require.Equal(t, arm64.ids()["AWS::Lambda::EventSourceMapping"], x86.ids()["AWS::Lambda::EventSourceMapping"])
	for _, id := range arm64.ids()["AWS::Lambda::EventSourceMapping"] {
		require.Equal(t, "OrdersArm64:live", names(arm64.Resources[id].Properties["FunctionName"]))
		require.Contains(t, plainAll(arm64.Resources[id].DependsOn), "OrdersArm64Live")
		require.Equal(t, "OrdersX86:live", names(x86.Resources[id].Properties["FunctionName"]))
		require.Contains(t, plainAll(x86.Resources[id].DependsOn), "OrdersX86Live")
	}
	for _, template := range []template{arm64, x86} {
		require.Contains(t, statements(template.ofType("AWS::IAM::Policy")["OrdersRoleDefaultPolicy"]),
			"sqs:ReceiveMessage sqs:ChangeMessageVisibility sqs:GetQueueUrl sqs:DeleteMessage sqs:GetQueueAttributes on Queue.Arn")
	}
}

// The flag is text if the command line of the CDK gives it.
func TestTheFlagAsText(t *testing.T) {
	_, set := synthExisting(t, awslambda.Architecture_ARM_64(), true)
	for text, want := range map[string]bool{"true": true, "false": false} {
		app, got := synthExisting(t, awslambda.Architecture_ARM_64(), text)
		require.Equal(t, want, slices.Equal(set.ids()["AWS::Lambda::EventSourceMapping"], got.ids()["AWS::Lambda::EventSourceMapping"]), text)
		require.Equal(t, want, len(acknowledgeableOf(app)) == 0, text)
	}
	for given, shown := range map[any]string{"yes": `"yes"`, 1: "1"} {
		require.Contains(t, recovered(t, func() { synthExisting(t, awslambda.Architecture_ARM_64(), given) }),
			"context @dualarch/dualarch:stableIds: "+shown+" was given; give true or false")
	}
}

// plainAll returns logical ids without their hashes.
func plainAll(ids any) []string {
	var all []string
	for _, id := range ids.([]any) {
		all = append(all, plain(id.(string)))
	}
	return all
}

// An app is warned once.
func TestTheFlagIsToldOfOnce(t *testing.T) {
	app := newApp(t)
	for _, id := range []string{"First", "Second"} {
		existing(awscdk.NewStack(app, jsii.String(id), nil), awslambda.Architecture_X86_64())
	}
	app.Synth(nil)
	require.Equal(t, []string{"First/Orders warning @dualarch/dualarch:stableIds"}, acknowledgeableOf(app))
}
