package e2e

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
)

// testPermissions makes every kind of call as every step's role: it must be denied to roles that
// may not make it, and to no other, however else it ends. It comes last, because some calls change
// something if they are allowed.
func testPermissions(ctx context.Context, t *testing.T, app *tunedApp, steps map[asl.Step]step) {
	f := app.Single
	stale := aws.String("11111111-2222-3333-4444-555555555555") // no revision of anything
	killed := lastExecution(ctx, t, app)
	logs := logGroup(ctx, t, app.Emulator, f)
	bucket := app.results

	type clients struct {
		lambda *lambda.Client
		sfn    *sfn.Client
		logs   *cloudwatchlogs.Client
		s3     *s3.Client
		plain  *s3.Client // without TLS
	}
	as := map[asl.Step]clients{}
	for name, s := range steps {
		config := assume(ctx, t, app.Emulator, s.role)
		as[name] = clients{lambda.NewFromConfig(config), sfn.NewFromConfig(config), cloudwatchlogs.NewFromConfig(config), s3Client(app.secured.client(t, config)), s3Client(config)}
	}

	for _, test := range []struct {
		call   string
		action string // as IAM names it
		may    []asl.Step
		make   func(c clients, name asl.Step) error
	}{
		{"read the function", "lambda:GetFunctionConfiguration", []asl.Step{asl.Plan, asl.Prepare, asl.Restore, asl.Apply, asl.Heal}, func(c clients, _ asl.Step) error {
			_, err := c.lambda.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &f})
			return err
		}},
		{"read where its code is", "lambda:GetFunction", []asl.Step{asl.Plan}, func(c clients, _ asl.Step) error {
			_, err := c.lambda.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &f})
			return err
		}},
		{"list its versions", "lambda:ListVersionsByFunction", []asl.Step{asl.Plan, asl.Prepare, asl.Restore, asl.Heal}, func(c clients, _ asl.Step) error {
			_, err := c.lambda.ListVersionsByFunction(ctx, &lambda.ListVersionsByFunctionInput{FunctionName: &f})
			return err
		}},
		{"change it", "lambda:UpdateFunctionConfiguration", []asl.Step{asl.Prepare, asl.Restore, asl.Apply, asl.Heal}, func(c clients, _ asl.Step) error {
			_, err := c.lambda.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: &f, RevisionId: stale, MemorySize: aws.Int32(128)})
			return err
		}},
		{"publish a version", "lambda:PublishVersion", []asl.Step{asl.Prepare, asl.Apply}, func(c clients, _ asl.Step) error {
			_, err := c.lambda.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: &f, RevisionId: stale})
			return err
		}},
		{"create an alias", "lambda:CreateAlias", []asl.Step{asl.Prepare, asl.Apply}, func(c clients, _ asl.Step) error {
			_, err := c.lambda.CreateAlias(ctx, &lambda.CreateAliasInput{FunctionName: &f, Name: aws.String("tuned"), FunctionVersion: aws.String("$LATEST")})
			return err
		}},
		{"delete a version", "lambda:DeleteFunction", []asl.Step{asl.Prepare, asl.Restore, asl.Heal}, func(c clients, _ asl.Step) error {
			_, err := c.lambda.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: aws.String(f + ":4711")})
			return err
		}},
		{"delete the function", "lambda:DeleteFunction", nil, func(c clients, _ asl.Step) error {
			_, err := c.lambda.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: &f})
			return err
		}},
		{"invoke a version", "lambda:InvokeFunction", []asl.Step{asl.Measure}, func(c clients, _ asl.Step) error {
			_, err := c.lambda.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(f + ":$LATEST"), Payload: []byte(`{}`)})
			return err
		}},
		{"invoke the function", "lambda:InvokeFunction", nil, func(c clients, _ asl.Step) error {
			_, err := c.lambda.Invoke(ctx, &lambda.InvokeInput{FunctionName: &f, Payload: []byte(`{}`)})
			return err
		}},
		{"change its code", "lambda:UpdateFunctionCode", nil, func(c clients, _ asl.Step) error {
			_, err := c.lambda.UpdateFunctionCode(ctx, &lambda.UpdateFunctionCodeInput{FunctionName: &f, ZipFile: []byte("none")})
			return err
		}},
		{"change another function", "lambda:UpdateFunctionConfiguration", nil, func(c clients, name asl.Step) error {
			_, err := c.lambda.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: aws.String(steps[name].function), RevisionId: stale})
			return err
		}},
		{"read the function's log", "logs:FilterLogEvents", []asl.Step{asl.Measure}, func(c clients, _ asl.Step) error {
			_, err := c.logs.FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &logs})
			return err
		}},
		{"look at an execution", "states:DescribeExecution", []asl.Step{asl.Plan, asl.Prepare, asl.Heal}, func(c clients, _ asl.Step) error {
			_, err := c.sfn.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &killed})
			return err
		}},
		{"read an execution's history", "states:GetExecutionHistory", []asl.Step{asl.Heal}, func(c clients, _ asl.Step) error {
			_, err := c.sfn.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{ExecutionArn: &killed})
			return err
		}},
		{"keep a result", "s3:PutObject", []asl.Step{asl.Publish}, func(c clients, _ asl.Step) error {
			_, err := c.s3.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("dualarch/e2e/result.json"), Body: strings.NewReader("{}")})
			return err
		}},
		{"keep a result without TLS", "s3:PutObject", nil, func(c clients, _ asl.Step) error {
			_, err := c.plain.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("dualarch/e2e/result.json"), Body: strings.NewReader("{}")})
			return err
		}},
		{"write beside the results", "s3:PutObject", nil, func(c clients, _ asl.Step) error {
			_, err := c.s3.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("result.json"), Body: strings.NewReader("{}")})
			return err
		}},
		{"read a last result", "s3:GetObject", []asl.Step{asl.Publish}, func(c clients, _ asl.Step) error {
			_, err := c.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: aws.String("dualarch/Siblings/latest.json")})
			return err
		}},
		{"read another result", "s3:GetObject", nil, func(c clients, _ asl.Step) error {
			_, err := c.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: aws.String("dualarch/e2e/result.json")})
			return err
		}},
		{"list the executions", "states:ListExecutions", []asl.Step{asl.Heal}, func(c clients, _ asl.Step) error {
			_, err := c.sfn.ListExecutions(ctx, &sfn.ListExecutionsInput{StateMachineArn: &app.Machine})
			return err
		}},
		{"stop an execution", "states:StopExecution", []asl.Step{asl.Heal}, func(c clients, _ asl.Step) error {
			_, err := c.sfn.StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: &killed})
			return err
		}},
		{"start an execution", "states:StartExecution", nil, func(c clients, _ asl.Step) error {
			_, err := c.sfn.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &app.Machine, Input: aws.String(`{}`)})
			return err
		}},
	} {
		t.Run(test.call, func(t *testing.T) {
			for name, c := range as {
				err := test.make(c, name)
				if slices.Contains(test.may, name) {
					require.False(t, denied(err), "%s: %v", name, err)
					continue
				}
				require.True(t, denied(err), "%s: %v", name, err)
				require.ErrorContains(t, err, "assumed-role/"+steps[name].role+"/e2e is not authorized to perform: "+test.action)
			}
		})
	}
}

// denied reports whether a call failed for want of a permission.
func denied(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && slices.Contains([]string{"AccessDenied", "AccessDeniedException"}, api.ErrorCode())
}

// lastExecution returns the ARN of one execution of the tuning state machine.
func lastExecution(ctx context.Context, t *testing.T, app *tunedApp) string {
	t.Helper()
	list, err := sfn.NewFromConfig(app.Config()).ListExecutions(ctx, &sfn.ListExecutionsInput{StateMachineArn: &app.Machine, MaxResults: 1})
	require.NoError(t, err)
	require.Len(t, list.Executions, 1)
	return *list.Executions[0].ExecutionArn
}
