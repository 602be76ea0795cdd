package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/publish/keyname"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// keepOld puts a verdict into Results whose execution Step Functions does not know any more.
func (app *commandApp) keepOld(ctx context.Context, t *testing.T) {
	t.Helper()
	client := s3Client(app.secured.client(t, app.Config()))
	latest, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &app.results, Key: aws.String(keyname.Latest("", "Orders"))})
	require.NoError(t, err)
	text, err := io.ReadAll(latest.Body)
	require.NoError(t, err)
	require.NoError(t, latest.Body.Close())
	var result map[string]any
	require.NoError(t, json.Unmarshal(text, &result))
	at := time.Date(2026, 1, 4, 3, 0, 0, 0, time.UTC)
	execution := result["execution"].(map[string]any)
	execution["executionArn"], execution["startDate"], execution["stopDate"] = "arn:aws:states:::execution:forgotten", at, at
	text, err = json.Marshal(result)
	require.NoError(t, err)
	_, err = client.PutObject(ctx, &s3.PutObjectInput{Bucket: &app.results, Key: aws.String(keyname.Result("", "Orders", "forgotten", at)), Body: bytes.NewReader(text)})
	require.NoError(t, err)
}

// nestedStack returns the name of the tuning stack.
func (app *commandApp) nestedStack(ctx context.Context, t *testing.T) string {
	t.Helper()
	out, err := cloudformation.NewFromConfig(app.Config()).ListStackResources(ctx, &cloudformation.ListStackResourcesInput{StackName: aws.String(commandStack)})
	require.NoError(t, err)
	for _, r := range out.StackResourceSummaries {
		if aws.ToString(r.ResourceType) == "AWS::CloudFormation::Stack" {
			return *r.PhysicalResourceId
		}
	}
	require.Fail(t, "no stack is nested in "+commandStack)
	return ""
}

// leaveLock gives the first function the lock of an execution that has ended, as if its end had not been told, and returns
// the execution's ARN.
func (app *commandApp) leaveLock(ctx context.Context, t *testing.T) string {
	t.Helper()
	list, err := sfn.NewFromConfig(app.Config()).ListExecutions(ctx, &sfn.ListExecutionsInput{StateMachineArn: &app.machine, MaxResults: 1})
	require.NoError(t, err)
	require.NotEmpty(t, list.Executions)
	lock := run.Lock{
		Function: app.functionARN(0), Region: arn.Region(app.machine), StateMachine: arn.Name(app.machine),
		Execution: *list.Executions[0].Name, Lease: time.Now().Add(time.Hour),
	}
	require.Equal(t, *list.Executions[0].ExecutionArn, lock.ExecutionARN())
	_, err = lambda.NewFromConfig(app.Config()).CreateAlias(ctx, &lambda.CreateAliasInput{
		FunctionName: &app.names[0], Name: aws.String(run.LockName), FunctionVersion: aws.String("$LATEST"), Description: aws.String(lock.Description()),
	})
	require.NoError(t, err)
	return lock.ExecutionARN()
}
