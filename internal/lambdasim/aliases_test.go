package lambdasim_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

func TestAliases(t *testing.T) {
	bubble(t, lambdasim.Options{PageSize: 1}, lambdasim.Function{}, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
		ctx := context.Background()
		prime := aws.String("prime")
		lock, err := client.CreateAlias(ctx, &lambda.CreateAliasInput{FunctionName: prime, Name: aws.String("lock"), FunctionVersion: aws.String("$LATEST"), Description: aws.String("me")})
		require.NoError(t, err)
		require.Equal(t, primeARN+":lock", *lock.AliasArn)
		_, err = client.CreateAlias(ctx, &lambda.CreateAliasInput{FunctionName: prime, Name: aws.String("lock"), FunctionVersion: aws.String("$LATEST")})
		requireAPIError(t, err, "ResourceConflictException", 409, "Alias already exists: "+primeARN+":lock")
		_, err = client.CreateAlias(ctx, &lambda.CreateAliasInput{FunctionName: prime, Name: aws.String("live"), FunctionVersion: aws.String("1")})
		requireAPIError(t, err, "ResourceNotFoundException", 404, "Function not found: "+primeARN+":1")
		_, err = client.CreateAlias(ctx, &lambda.CreateAliasInput{FunctionName: prime, Name: aws.String("12"), FunctionVersion: aws.String("$LATEST")})
		requireAPIError(t, err, "InvalidParameterValueException", 400,
			"1 validation error detected: Value '12' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)")

		swapped, err := client.UpdateAlias(ctx, &lambda.UpdateAliasInput{FunctionName: prime, Name: aws.String("lock"), Description: aws.String("restoring"), RevisionId: lock.RevisionId})
		require.NoError(t, err)
		_, err = client.UpdateAlias(ctx, &lambda.UpdateAliasInput{FunctionName: prime, Name: aws.String("lock"), Description: aws.String("late"), RevisionId: lock.RevisionId})
		requireAPIError(t, err, "PreconditionFailedException", 412,
			"The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId")
		got, err := client.GetAlias(ctx, &lambda.GetAliasInput{FunctionName: prime, Name: aws.String("lock")})
		require.NoError(t, err)
		require.Equal(t, "restoring", *got.Description)
		require.Equal(t, *swapped.RevisionId, *got.RevisionId)
		require.Equal(t, "$LATEST", *got.FunctionVersion)

		sim.Publish("prime", "")
		sim.PointAlias("prime", "live", "1")
		_, err = client.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: prime, Qualifier: aws.String("1")})
		requireAPIError(t, err, "ResourceConflictException", 409, "Unable to delete version because the following aliases reference it: [live]")
		live, err := client.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("prime:live")})
		require.NoError(t, err)
		require.Equal(t, "1", *live.Version)
		require.Equal(t, primeARN+":live", *live.FunctionArn)
		out, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: prime, Qualifier: aws.String("live")})
		require.NoError(t, err)
		require.Equal(t, "1", *out.ExecutedVersion)

		var names []string
		for pages := lambda.NewListAliasesPaginator(client, &lambda.ListAliasesInput{FunctionName: prime}); pages.HasMorePages(); {
			page, err := pages.NextPage(ctx)
			require.NoError(t, err)
			for _, a := range page.Aliases {
				names = append(names, *a.Name)
			}
		}
		require.Equal(t, []string{"live", "lock"}, names)

		_, err = client.UpdateAlias(ctx, &lambda.UpdateAliasInput{FunctionName: prime, Name: aws.String("live"), FunctionVersion: aws.String("$LATEST"),
			RoutingConfig: &types.AliasRoutingConfiguration{AdditionalVersionWeights: map[string]float64{"1": 0.5}}})
		require.NoError(t, err)
		seen := map[string]bool{}
		for range 20 {
			out, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: prime, Qualifier: aws.String("live")})
			require.NoError(t, err)
			seen[*out.ExecutedVersion] = true
		}
		require.Equal(t, map[string]bool{"$LATEST": true, "1": true}, seen)

		for range 2 {
			_, err = client.DeleteAlias(ctx, &lambda.DeleteAliasInput{FunctionName: prime, Name: aws.String("lock")})
			require.NoError(t, err)
		}
		_, err = client.GetAlias(ctx, &lambda.GetAliasInput{FunctionName: prime, Name: aws.String("lock")})
		requireAPIError(t, err, "ResourceNotFoundException", 404, "Cannot find alias arn: "+primeARN+":lock")

		sim.Provision("prime", "1", 7)
		provisioned, err := client.ListProvisionedConcurrencyConfigs(ctx, &lambda.ListProvisionedConcurrencyConfigsInput{FunctionName: prime})
		require.NoError(t, err)
		require.Equal(t, primeARN+":1", *provisioned.ProvisionedConcurrencyConfigs[0].FunctionArn)
		require.Equal(t, int32(7), *provisioned.ProvisionedConcurrencyConfigs[0].AllocatedProvisionedConcurrentExecutions)
		concurrency, err := client.GetFunctionConcurrency(ctx, &lambda.GetFunctionConcurrencyInput{FunctionName: prime})
		require.NoError(t, err)
		require.Nil(t, concurrency.ReservedConcurrentExecutions)
	})
}
