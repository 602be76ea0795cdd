package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/powertuning"
	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/fleet"
	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/test/demostack"
	"github.com/dualarch/dualarch/test/emulator"
	"github.com/dualarch/dualarch/tuning"
)

const (
	fleetStack = "Night"
	// fleetList is the key of what the fleet is told to tune.
	fleetList = "lists/survey.json"
)

// synthesizeFleet writes the cloud assembly of a fleet over the functions of the surveyed account, which are deployed
// elsewhere, and returns its folder.
func synthesizeFleet(t *testing.T, functions []string) string {
	t.Helper()
	dir := t.TempDir()
	defer jsii.Close()
	app := awscdk.NewApp(&awscdk.AppProps{
		Outdir: jsii.String(dir), Context: flagsOfDemo(t), DefaultStackSynthesizer: awscdk.NewCliCredentialsStackSynthesizer(nil), // see tunedApp
	})
	stack := awscdk.NewStack(app, jsii.String(fleetStack), nil)
	host := awslambda.Architecture_Custom(jsii.String(emulator.HostArchitecture()), nil)
	// The bucket that the fleet would make takes TLS only; TestTuneCommand has one of these.
	bucket := awss3.NewBucket(stack, jsii.String("Results"), nil)
	results := &powertuning.Results{Bucket: bucket}
	tuner := powertuning.NewPowerTuning(stack, jsii.String("PowerTuning"), &powertuning.PowerTuningProps{
		FunctionArns: jsii.Strings(functions...), PowerValues: jsii.Numbers(128, 256), Num: jsii.Number(5), TunerArchitecture: host, Results: results,
	})
	night := powertuning.NewFleet(stack, jsii.String("Fleet"), &powertuning.FleetProps{
		Tuners: &[]powertuning.PowerTuning{tuner}, MaxConcurrency: jsii.Number(4), TunerArchitecture: host,
		ListBucket: bucket, ListKey: jsii.String(fleetList), Results: results,
	})
	for name, value := range map[string]*string{"Machine": night.StateMachine().StateMachineArn(), "Bucket": bucket.BucketName()} {
		awscdk.NewCfnOutput(stack, jsii.String(name), &awscdk.CfnOutputProps{Value: value})
	}
	app.Synth(nil)
	return dir
}

// testFleet tunes all functions of the account in one execution, in the order of a survey from before one of them, gone, was
// deleted. The emulator's distributed Map has no ResultWriter, and does not stop what a stopped execution has started:
// that is proved in test/tuner.
func testFleet(ctx context.Context, t *testing.T, s *surveyor, assembly string, list *survey.Report) (bucket string) {
	outputs := deploy(ctx, t, s.Emulator, assembly, fleetStack)
	var functions []string // that are still there
	for _, f := range list.Functions {
		if f.Name != "gone" {
			functions = append(functions, f.ARN)
		}
	}
	steps := stepFunctions(ctx, t, s.Emulator)
	standIn(ctx, t, s.Emulator, steps, functions)
	queryIAM(ctx, t, s.Emulator, "PutRolePolicy", map[string]string{ // as standIn does it for what is there
		"RoleName": steps[asl.Plan].role, "PolicyName": "gone",
		"PolicyDocument": policy(t, map[string]any{"Action": aliasAction, "Resource": functionARN("gone")}),
	})
	client, objects := lambda.NewFromConfig(s.Config()), s3Client(s.Config())
	document, err := list.Encode()
	require.NoError(t, err)
	bucket = outputs["Bucket"]
	_, err = objects.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: aws.String(fleetList), Body: bytes.NewReader(document)})
	require.NoError(t, err)
	before := map[string]function{}
	for _, arn := range functions {
		before[arn] = readFunction(ctx, t, client, arn)
	}

	execution, err := demostack.Execute(ctx, s.Emulator, outputs["Machine"], `{"list": "s3://`+bucket+`/`+fleetList+`"}`)
	require.NoError(t, err)
	require.Equal(t, types.ExecutionStatusSucceeded, execution.Status, "%s: %s", execution.Error, execution.Cause)
	var output fleet.Output
	require.NoError(t, json.Unmarshal([]byte(execution.Output), &output))
	key, found := strings.CutPrefix(output.Fleet, "s3://"+bucket+"/")
	require.True(t, found, output.Fleet)
	written, err := objects.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	require.NoError(t, err)
	text, err := io.ReadAll(written.Body)
	require.NoError(t, err)
	var report fleet.Report
	require.NoError(t, json.Unmarshal(text, &report))
	require.Equal(t, fleet.Format, report.Format)
	require.Equal(t, report.Totals, output.Totals)
	require.Equal(t, report.Rows, output.Top)
	require.Empty(t, report.Out)
	requireFleet(t, report)
	for arn, f := range before {
		require.Equal(t, f, readFunction(ctx, t, client, arn), arn)
	}
	return bucket
}

// requireFleet compares the rows with what is known of the functions.
func requireFleet(t *testing.T, report fleet.Report) {
	t.Helper()
	why := map[string]string{
		"gone": "ResourceNotFoundException",
		"pdf":  "Runtime",
	}
	require.Len(t, report.Rows, 10)
	require.Len(t, report.Verdicts, 10)
	saved := func(r fleet.Row) float64 {
		if r.Advice == nil || r.Advice.SavingsPerMonth == nil {
			return -1
		}
		return *r.Advice.SavingsPerMonth
	}
	for i, r := range report.Rows {
		require.Len(t, r.Functions, 1)
		if reason, fails := why[r.Name]; fails {
			require.Equal(t, fleet.Failed, r.Outcome, r.Name)
			require.Contains(t, r.Why, reason)
			continue
		}
		require.Equal(t, fleet.Tuned, r.Outcome, "%s: %s", r.Name, r.Why)
		require.Empty(t, r.Why)
		require.GreaterOrEqual(t, saved(report.Rows[max(0, i-1)]), saved(r), "the largest saving comes first")
		var verdict tuning.Output
		require.NoError(t, json.Unmarshal(report.Verdicts[i], &verdict))
		require.Len(t, verdict.Targets, 1)
		require.GreaterOrEqual(t, len(verdict.Targets[0].Sizes), 2, r.Name)
	}
	require.Equal(t, fleet.Totals{
		Functions: 10, Tuned: 10 - len(why), Failed: len(why), Cost: report.Totals.Cost, SavingsPerMonth: report.Totals.SavingsPerMonth,
	}, report.Totals)
	require.Positive(t, report.Totals.Cost)
	// orders has the largest bill by far, and its memory size has no effect here.
	i := slices.IndexFunc(report.Rows, func(r fleet.Row) bool { return r.Name == "orders" })
	require.NotNil(t, report.Rows[i].InvocationsPerMonth)
	require.InDelta(t, 90e6, *report.Rows[i].InvocationsPerMonth, 4e6)
}
