package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/test/emulator"
)

const (
	shopName   = "Shop"
	ordersName = "orders"
)

// stage is one deployment of an app on the way to arm64.
type stage struct {
	name string
	// orders makes the function in the stack; it returns what event sources and rules are added to.
	orders func(stack awscdk.Stack, queue awssqs.Queue) awslambda.Function
	// machine is what the alias runs on, "" while there is none; latest is $LATEST.
	machine, latest string
}

// TestServing takes a function in production to arm64 and leaves it alone there: after each deployment its ARN and its
// mapping are those of before.
func TestServing(t *testing.T) {
	stages := servingStages(t)
	assemblies := make([]string, len(stages))
	for i, s := range stages {
		assemblies[i] = synthesizeShop(t, s)
	}
	jsii.Close()
	t.Parallel() // from here on: jsii is not safe for concurrent use

	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	e, err := emulator.Start(ctx, emulator.Options{Name: "e2e-serving"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Stop()) })
	var output bytes.Buffer
	require.NoError(t, e.Bootstrap(ctx, &output), "what the CDK CLI printed:\n%s", &output)
	client := lambda.NewFromConfig(e.Config())

	var arn, mapping string
	for i, s := range stages {
		output.Reset()
		require.NoError(t, e.OnAssembly(ctx, &output, assemblies[i], "deploy", shopName, "--require-approval", "never"),
			"%s: what the CDK CLI printed:\n%s", s.name, &output)
		function, err := client.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: jsii.String(ordersName)})
		require.NoError(t, err, s.name)
		mappings, err := client.ListEventSourceMappings(ctx, &lambda.ListEventSourceMappingsInput{})
		require.NoError(t, err, s.name)
		require.Len(t, mappings.EventSourceMappings, 1, s.name)
		if i == 0 {
			arn, mapping = aws.ToString(function.FunctionArn), aws.ToString(mappings.EventSourceMappings[0].UUID)
		}
		require.Equal(t, arn, aws.ToString(function.FunctionArn), s.name)
		require.Equal(t, mapping, aws.ToString(mappings.EventSourceMappings[0].UUID), s.name)
		require.Equal(t, s.latest, machineOf(ctx, t, client, ordersName), s.name)
		target := arn
		if s.machine != "" {
			target += ":live"
			require.Equal(t, s.machine, machineOf(ctx, t, client, target), s.name)
		}
		require.Equal(t, target, aws.ToString(mappings.EventSourceMappings[0].FunctionArn), s.name)
	}
}

// machineOf invokes a function and returns the machine that it says it runs on.
func machineOf(ctx context.Context, t *testing.T, client *lambda.Client, function string) string {
	t.Helper()
	answer, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: &function, Payload: []byte(`{"queryStringParameters":{"max":"100"}}`)})
	require.NoError(t, err)
	require.Nil(t, answer.FunctionError, "%s", answer.Payload)
	var response struct{ Body string }
	require.NoError(t, json.Unmarshal(answer.Payload, &response))
	var report struct{ Machine string }
	require.NoError(t, json.Unmarshal([]byte(response.Body), &report))
	return report.Machine
}

// servingStages are the deployments; the function in production is one of this machine's architecture.
func servingStages(t *testing.T) []stage {
	t.Helper()
	today := emulator.HostArchitecture()
	other := map[string]string{"x86_64": "arm64", "arm64": "x86_64"}[today]
	converted := func(primary string, serving *dualarch.ServingOptions) func(awscdk.Stack, awssqs.Queue) awslambda.Function {
		return func(stack awscdk.Stack, queue awssqs.Queue) awslambda.Function {
			fn := dualarch.NewDualArchFunction(stack, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
				Code:        dualarch.GoCode(jsii.String(primeSource), nil),
				Function:    ordersOptions(),
				Primary:     awslambda.Architecture_Custom(jsii.String(primary), nil),
				Serving:     serving,
				Api:         &dualarch.ApiOptions{Disabled: jsii.Bool(true)},
				PowerTuning: &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true)},
			})
			fn.AddEventSource(awslambdaeventsources.NewSqsEventSource(queue, nil))
			return fn.Serving()
		}
	}
	// The emulator knows no CodeDeploy.
	atOnce := &dualarch.DeploymentOptions{AllAtOnce: jsii.Bool(true)}
	return []stage{
		{"in production", func(stack awscdk.Stack, queue awssqs.Queue) awslambda.Function {
			fn := plainFunction(t, stack, "Orders", primeSource, ordersOptions())
			fn.AddEventSource(awslambdaeventsources.NewSqsEventSource(queue, nil))
			return fn
		}, "", machines[today]},
		{"adopted", converted(today, &dualarch.ServingOptions{Deployment: atOnce}), machines[today], machines[today]},
		{"moved", converted(other, &dualarch.ServingOptions{Deployment: atOnce}), machines[other], machines[other]},
		{"alone", converted(other, &dualarch.ServingOptions{Only: jsii.Bool(true), Deployment: atOnce}), machines[other], machines[other]},
	}
}

var primeSource = filepath.Join("..", "..", "functions", "prime")

func ordersOptions() *awslambda.FunctionOptions {
	return &awslambda.FunctionOptions{
		FunctionName: jsii.String(ordersName), MemorySize: jsii.Number(256), Timeout: awscdk.Duration_Seconds(jsii.Number(30)),
		ReservedConcurrentExecutions: jsii.Number(5),
	}
}

// synthesizeShop writes the cloud assembly of a stage and returns its folder.
func synthesizeShop(t *testing.T, s stage) string {
	t.Helper()
	dir := t.TempDir()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(dir), Context: flagsOfDemo(t)})
	stack := awscdk.NewStack(app, jsii.String(shopName), nil)
	queue := awssqs.NewQueue(stack, jsii.String("Queue"), &awssqs.QueueProps{VisibilityTimeout: awscdk.Duration_Minutes(jsii.Number(3))})
	rule := awsevents.NewRule(stack, jsii.String("Nightly"), &awsevents.RuleProps{Schedule: awsevents.Schedule_Expression(jsii.String("rate(1 day)"))})
	rule.AddTarget(awseventstargets.NewLambdaFunction(s.orders(stack, queue), nil))
	app.Synth(nil)
	return dir
}
