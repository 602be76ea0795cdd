package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/constructs/powertuning"
	"github.com/dualarch/dualarch/internal/gobuild"
	"github.com/dualarch/dualarch/test/emulator"
)

// tunedApp is an app of this test's own, deployed on an emulator that enforces IAM: two siblings
// with a tuner, and a function that the tuner may optimize because no construct of ours owns it.
// The demo app would not do: with enforcement on, the emulator refuses the roles that the CDK's
// bootstrap makes for deployments, so this one is deployed as the caller.
type tunedApp struct {
	*emulator.Emulator
	// Machine is the ARN of the tuning state machine.
	Machine string
	// Siblings and Single are unqualified ARNs.
	Siblings []string
	Single   string
	assembly string // the folder of what was deployed
	// secured answers by TLS, without which nothing may reach Results, the bucket's name.
	secured *secured
	results string
}

const tunedName = "Tuned"

// deployTuned deploys the app on an emulator of its own, which ends with the test.
func deployTuned(ctx context.Context, t *testing.T) *tunedApp {
	t.Helper()
	assembly := synthesizeTuned(t)
	e, secured := startSecured(ctx, t, emulator.Options{Name: "e2e-roles", Auth: true})
	out := deploy(ctx, t, e, assembly, tunedName)
	for _, name := range []string{"MachineArn", "X86Arn", "Arm64Arn", "SingleArn", "Bucket"} {
		require.NotEmpty(t, out[name], "output %s among %v", name, out)
	}
	return &tunedApp{
		Emulator: e, Machine: out["MachineArn"],
		Siblings: []string{out["X86Arn"], out["Arm64Arn"]}, Single: out["SingleArn"], assembly: assembly,
		secured: secured, results: out["Bucket"],
	}
}

// destroy deletes the stack.
func (app *tunedApp) destroy(ctx context.Context, t *testing.T) {
	t.Helper()
	var output bytes.Buffer
	require.NoError(t, app.OnAssembly(ctx, &output, app.assembly, "destroy", tunedName, "--force"), "what the CDK CLI printed:\n%s", &output)
}

// synthesizeTuned writes the app's cloud assembly and returns its folder. Everything but the
// synthesizer, the part that says who deploys, is as in any user's app.
func synthesizeTuned(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	defer jsii.Close()
	app := awscdk.NewApp(&awscdk.AppProps{
		Outdir:                  jsii.String(dir),
		Context:                 flagsOfDemo(t),
		DefaultStackSynthesizer: awscdk.NewCliCredentialsStackSynthesizer(nil),
	})
	stack := awscdk.NewStack(app, jsii.String(tunedName), nil)
	single := plainFunction(t, stack, "Single", primeSource, &awslambda.FunctionOptions{MemorySize: jsii.Number(256), Timeout: awscdk.Duration_Seconds(jsii.Number(30))})
	single.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN) // as if it were another stack's
	siblings := dualarch.NewDualArchFunction(stack, jsii.String("Siblings"), &dualarch.DualArchFunctionProps{
		Code:     dualarch.GoCode(jsii.String(primeSource), nil),
		Function: &awslambda.FunctionOptions{MemorySize: jsii.Number(128), Timeout: awscdk.Duration_Seconds(jsii.Number(30))},
		Api:      &dualarch.ApiOptions{Disabled: jsii.Bool(true)},
		PowerTuning: &dualarch.PowerTuningOptions{
			Props: &powertuning.PowerTuningProps{
				PowerValues:       jsii.Numbers(128, 256),
				Num:               jsii.Number(5),
				Payload:           map[string]any{"queryStringParameters": map[string]string{"max": "1000"}},
				CompareResponses:  &powertuning.CompareResponses{Ignore: jsii.Strings("/machine", "/elapsed")},
				TunerArchitecture: awslambda.Architecture_Custom(jsii.String(emulator.HostArchitecture()), nil),
				Functions:         &[]*powertuning.TunedFunction{{Function: single}},
				AutoOptimize:      &powertuning.AutoOptimize{Aliases: jsii.Strings("tuned")},
				Results:           &powertuning.Results{Prefix: jsii.String("dualarch/")},
			},
		},
	})
	for name, value := range map[string]*string{
		"MachineArn": siblings.PowerTuning().StateMachine().StateMachineArn(),
		"X86Arn":     siblings.X86().FunctionArn(),
		"Arm64Arn":   siblings.Arm64().FunctionArn(),
		"SingleArn":  single.FunctionArn(),
		"Bucket":     siblings.PowerTuning().ResultsBucket().BucketName(),
	} {
		awscdk.NewCfnOutput(stack, jsii.String(name), &awscdk.CfnOutputProps{Value: value})
	}
	app.Synth(nil)
	return dir
}

// plainFunction returns a function of no construct of ours, of this machine's architecture, with the source's code.
func plainFunction(t *testing.T, stack awscdk.Stack, id, source string, o *awslambda.FunctionOptions) awslambda.Function {
	t.Helper()
	binary, err := gobuild.Register(gobuild.Spec{Dir: source, GOARCH: runtime.GOARCH}).Output()
	require.NoError(t, err)
	return awslambda.NewFunction(stack, jsii.String(id), &awslambda.FunctionProps{
		Runtime:                      awslambda.Runtime_PROVIDED_AL2023(),
		Handler:                      jsii.String("bootstrap"),
		Code:                         awslambda.Code_FromAsset(jsii.String(binary.Dir), nil),
		Architecture:                 awslambda.Architecture_Custom(jsii.String(emulator.HostArchitecture()), nil),
		FunctionName:                 o.FunctionName,
		MemorySize:                   o.MemorySize,
		Timeout:                      o.Timeout,
		ReservedConcurrentExecutions: o.ReservedConcurrentExecutions,
	})
}

// flagsOfDemo returns the feature flags of cdk.json, some of which shape policies.
func flagsOfDemo(t *testing.T) *map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "cdk.json"))
	require.NoError(t, err)
	var config struct{ Context map[string]any }
	require.NoError(t, json.Unmarshal(text, &config))
	return &config.Context
}

// functions reads the siblings.
func (app *tunedApp) functions(ctx context.Context, t *testing.T) map[string]function {
	t.Helper()
	client := lambda.NewFromConfig(app.Config())
	functions := map[string]function{}
	for _, arn := range app.Siblings {
		functions[arn] = readFunction(ctx, t, client, arn)
	}
	return functions
}

// logGroup returns the name of a function's log group.
func logGroup(ctx context.Context, t *testing.T, e *emulator.Emulator, arn string) string {
	t.Helper()
	f, err := lambda.NewFromConfig(e.Config()).GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &arn})
	require.NoError(t, err)
	if f.LoggingConfig != nil && f.LoggingConfig.LogGroup != nil {
		return *f.LoggingConfig.LogGroup
	}
	return "/aws/lambda/" + *f.FunctionName
}
