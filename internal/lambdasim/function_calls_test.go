package lambdasim_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"
	awshttp "github.com/aws/smithy-go/transport/http"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

// bubble runs a test in virtual time against an account with one function, prime, at 512 MB.
func bubble(t *testing.T, o lambdasim.Options, f lambdasim.Function, test func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sim := lambdasim.New(o)
		f.Name = "prime"
		if f.MemorySize == 0 {
			f.MemorySize = 512
		}
		sim.CreateFunction(f)
		test(t, sim, lambda.NewFromConfig(sim.Config()))
	})
}

// requireAPIError checks an error's code, HTTP status and message.
func requireAPIError(t *testing.T, err error, code string, status int, message string) {
	t.Helper()
	require.Error(t, err)
	var api smithy.APIError
	require.ErrorAs(t, err, &api)
	require.Equal(t, code, api.ErrorCode())
	require.Equal(t, message, api.ErrorMessage())
	var res *awshttp.ResponseError
	require.ErrorAs(t, err, &res)
	require.Equal(t, status, res.HTTPStatusCode())
}

const primeARN = "arn:aws:lambda:us-east-1:123456789012:function:prime"

func TestAnUpdateTakesTimeAndChangesTheRevisionTwice(t *testing.T) {
	bubble(t, lambdasim.Options{}, lambdasim.Function{Description: "counts primes"}, func(t *testing.T, _ *lambdasim.Simulator, client *lambda.Client) {
		ctx := context.Background()
		before, err := client.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("prime")})
		require.NoError(t, err)
		require.Equal(t, primeARN, *before.FunctionArn)
		require.Equal(t, "$LATEST", *before.Version)
		require.Equal(t, "counts primes", *before.Description)
		require.Equal(t, []types.Architecture{types.ArchitectureX8664}, before.Architectures)

		updated, err := client.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{
			FunctionName: aws.String(primeARN), MemorySize: aws.Int32(1024), Description: aws.String("token"), RevisionId: before.RevisionId,
		})
		require.NoError(t, err)
		require.Equal(t, int32(1024), *updated.MemorySize)
		require.Equal(t, types.LastUpdateStatusInProgress, updated.LastUpdateStatus)
		require.NotEqual(t, *before.RevisionId, *updated.RevisionId)

		_, err = client.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: aws.String("prime")})
		requireAPIError(t, err, "ResourceConflictException", 409,
			"The operation cannot be performed at this time. An update is in progress for resource: "+primeARN)
		_, err = client.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: aws.String("prime"), MemorySize: aws.Int32(256)})
		requireAPIError(t, err, "ResourceConflictException", 409,
			"The operation cannot be performed at this time. An update is in progress for resource: "+primeARN)

		time.Sleep(2 * time.Second)
		after, err := client.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("123456789012:function:prime")})
		require.NoError(t, err)
		require.Equal(t, types.LastUpdateStatusSuccessful, after.LastUpdateStatus)
		require.NotEqual(t, *updated.RevisionId, *after.RevisionId)

		_, err = client.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: aws.String("prime"), RevisionId: updated.RevisionId})
		requireAPIError(t, err, "PreconditionFailedException", 412,
			"The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId")
		_, err = client.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: aws.String("prime"), MemorySize: aws.Int32(20000)})
		requireAPIError(t, err, "InvalidParameterValueException", 400,
			"'MemorySize' value failed to satisfy constraint: Member must have value between 128 and 10240")
		_, err = client.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("other")})
		requireAPIError(t, err, "ResourceNotFoundException", 404, "Function not found: arn:aws:lambda:us-east-1:123456789012:function:other")
	})
}

func TestPublishingTwiceGivesTheSameVersionAndAChangeANewOne(t *testing.T) {
	bubble(t, lambdasim.Options{}, lambdasim.Function{}, func(t *testing.T, _ *lambdasim.Simulator, client *lambda.Client) {
		ctx := context.Background()
		get := func(qualifier string) *lambda.GetFunctionConfigurationOutput {
			c, err := client.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("prime"), Qualifier: aws.String(qualifier)})
			require.NoError(t, err)
			return c
		}
		publish := func(description string) *lambda.PublishVersionOutput {
			v, err := client.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: aws.String("prime"), Description: aws.String(description)})
			require.NoError(t, err)
			return v
		}
		revision := *get("$LATEST").RevisionId
		first := publish("mine")
		require.Equal(t, "1", *first.Version)
		require.Equal(t, primeARN+":1", *first.FunctionArn)
		require.Equal(t, "mine", *first.Description)
		require.Equal(t, types.StatePending, first.State)
		require.NotEqual(t, revision, *get("$LATEST").RevisionId, "a publish changes the revision of $LATEST")

		_, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("prime"), Qualifier: aws.String("1")})
		requireAPIError(t, err, "ResourceConflictException", 409,
			"The operation cannot be performed at this time. The function is currently in the following state: Pending")
		time.Sleep(time.Second)
		require.Equal(t, types.StateActive, get("1").State)

		again := publish("yours")
		require.Equal(t, "1", *again.Version)
		require.Equal(t, "mine", *again.Description)

		_, err = client.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: aws.String("prime"), Description: aws.String("other")})
		require.NoError(t, err)
		time.Sleep(2 * time.Second)
		require.Equal(t, "2", *publish("").Version)
		require.Equal(t, "other", *get("2").Description)

		_, err = client.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: aws.String("prime"), CodeSha256: aws.String("bad")})
		requireAPIError(t, err, "InvalidParameterValueException", 400,
			"CodeSHA256 (bad) is different from current CodeSHA256 in $LATEST ("+*first.CodeSha256+"). Please try again with the CodeSHA256 in $LATEST.")
		_, err = client.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: aws.String("prime"), RevisionId: aws.String("old")})
		requireAPIError(t, err, "PreconditionFailedException", 412,
			"The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId")
		_, err = client.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: aws.String("prime:1")})
		requireAPIError(t, err, "InvalidParameterValueException", 400, "This operation does not take a version or alias: "+primeARN+":1")
	})
}

func TestVersionNumbersAreNeverGivenTwiceAndListsComeInPages(t *testing.T) {
	bubble(t, lambdasim.Options{PageSize: 2}, lambdasim.Function{}, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
		ctx := context.Background()
		for i := range 4 {
			sim.Deploy("prime", func(c *lambdasim.Configuration) { c.Timeout = 10 + i })
			sim.Publish("prime", "")
		}
		_, err := client.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: aws.String("prime"), Qualifier: aws.String("4")})
		require.NoError(t, err)
		_, err = client.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: aws.String(primeARN + ":4")})
		require.NoError(t, err, "a version that is gone is deleted once more")
		sim.Deploy("prime", func(c *lambdasim.Configuration) { c.Timeout = 99 })
		require.Equal(t, "5", sim.Publish("prime", ""))

		var versions []string
		pages := lambda.NewListVersionsByFunctionPaginator(client, &lambda.ListVersionsByFunctionInput{FunctionName: aws.String("prime"), MaxItems: aws.Int32(50)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			require.NoError(t, err)
			require.LessOrEqual(t, len(page.Versions), 2)
			for _, v := range page.Versions {
				versions = append(versions, *v.Version)
			}
		}
		require.Equal(t, []string{"$LATEST", "1", "2", "3", "5"}, versions)

		_, err = client.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: aws.String("prime"), Qualifier: aws.String("$LATEST")})
		requireAPIError(t, err, "InvalidParameterValueException", 400, "$LATEST version cannot be deleted without deleting the function.")
		_, err = client.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: aws.String("prime")})
		require.NoError(t, err)
		_, err = client.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: aws.String("prime")})
		requireAPIError(t, err, "ResourceNotFoundException", 404, "Function not found: "+primeARN)
	})
}

func TestCodeStorageRunsOut(t *testing.T) {
	bubble(t, lambdasim.Options{CodeStorage: 250}, lambdasim.Function{CodeSize: 100}, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
		sim.Publish("prime", "")
		sim.Deploy("prime", func(c *lambdasim.Configuration) { c.Timeout = 9 })
		_, err := client.PublishVersion(context.Background(), &lambda.PublishVersionInput{FunctionName: aws.String("prime")})
		requireAPIError(t, err, "CodeStorageExceededException", 400, "Code storage limit exceeded.")
		settings, err := client.GetAccountSettings(context.Background(), &lambda.GetAccountSettingsInput{})
		require.NoError(t, err)
		require.Equal(t, int64(200), settings.AccountUsage.TotalCodeSize)
		require.Equal(t, int32(1000), *settings.AccountLimit.UnreservedConcurrentExecutions)
	})
}

// A new account has 300 GB: 322122547200 bytes.
func TestCodeStorageOfANewAccount(t *testing.T) {
	bubble(t, lambdasim.Options{}, lambdasim.Function{CodeSize: 100}, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
		settings := func() (limit, used int64) {
			out, err := client.GetAccountSettings(t.Context(), &lambda.GetAccountSettingsInput{})
			require.NoError(t, err)
			return out.AccountLimit.TotalCodeSize, out.AccountUsage.TotalCodeSize
		}
		limit, used := settings()
		require.Equal(t, []int64{322122547200, 100}, []int64{limit, used})
		sim.SelfManage("prime")
		_, used = settings()
		require.Zero(t, used)
		out, err := client.GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("prime")})
		require.NoError(t, err)
		require.Equal(t, "prime.zip", aws.ToString(out.Code.ResolvedS3Object.S3Key))
		require.Nil(t, out.Code.Location)
	})
}
