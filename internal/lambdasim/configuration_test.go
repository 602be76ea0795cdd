package lambdasim_test

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

func TestTheClientReadsEveryPartOfAConfiguration(t *testing.T) {
	f := lambdasim.Function{
		Architecture: "arm64", Timeout: 30, Environment: map[string]string{"A": "b"}, Code: "v1", CodeSize: 7,
		Configure: func(c *lambdasim.Configuration) {
			c.EphemeralStorage.Size = 1024
			c.LoggingConfig = lambdasim.LoggingConfig{LogFormat: "JSON", LogGroup: "/own", ApplicationLogLevel: "INFO", SystemLogLevel: "WARN"}
			c.TracingConfig.Mode = "Active"
			c.Layers = []lambdasim.Layer{{Arn: "layer", CodeSize: 3}}
			c.VpcConfig = &lambdasim.VpcConfig{SubnetIds: []string{"subnet"}}
			c.TenancyConfig = &lambdasim.TenancyConfig{TenantIsolationMode: "PER_TENANT"}
			c.DurableConfig = &lambdasim.DurableConfig{ExecutionTimeout: 60}
			c.CapacityProviderConfig = &lambdasim.CapacityProviderConfig{}
			c.CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig.CapacityProviderArn = "provider"
		},
	}
	bubble(t, lambdasim.Options{}, f, func(t *testing.T, _ *lambdasim.Simulator, client *lambda.Client) {
		c, err := client.GetFunctionConfiguration(context.Background(), &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("prime")})
		require.NoError(t, err)
		require.Equal(t, []types.Architecture{types.ArchitectureArm64}, c.Architectures)
		require.Equal(t, map[string]string{"A": "b"}, c.Environment.Variables)
		require.Equal(t, int32(30), *c.Timeout)
		require.Equal(t, int64(7), c.CodeSize)
		require.Len(t, *c.CodeSha256, 44)
		require.Equal(t, int32(1024), *c.EphemeralStorage.Size)
		require.Equal(t, types.LogFormatJson, c.LoggingConfig.LogFormat)
		require.Equal(t, types.SystemLogLevelWarn, c.LoggingConfig.SystemLogLevel)
		require.Equal(t, "/own", *c.LoggingConfig.LogGroup)
		require.Equal(t, types.TracingModeActive, c.TracingConfig.Mode)
		require.Equal(t, "layer", *c.Layers[0].Arn)
		require.Equal(t, []string{"subnet"}, c.VpcConfig.SubnetIds)
		require.Equal(t, types.TenantIsolationModePerTenant, c.TenancyConfig.TenantIsolationMode)
		require.Equal(t, int32(60), *c.DurableConfig.ExecutionTimeout)
		require.Equal(t, "provider", *c.CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig.CapacityProviderArn)
		require.Equal(t, "2000-01-01T00:00:00.000+0000", *c.LastModified)

		whole, err := client.GetFunction(context.Background(), &lambda.GetFunctionInput{FunctionName: aws.String("prime")})
		require.NoError(t, err)
		require.Equal(t, *c.RevisionId, *whole.Configuration.RevisionId)
		require.Nil(t, whole.Concurrency)
	})
}

func TestAVersionWithSnapStartTakesItsTime(t *testing.T) {
	f := lambdasim.Function{Configure: func(c *lambdasim.Configuration) { c.SnapStart.ApplyOn = "PublishedVersions" }}
	bubble(t, lambdasim.Options{}, f, func(t *testing.T, _ *lambdasim.Simulator, client *lambda.Client) {
		require.NoError(t, publish(client))
		state := func() (types.State, types.SnapStartOptimizationStatus) {
			c, err := client.GetFunctionConfiguration(context.Background(), &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("prime:1")})
			require.NoError(t, err)
			return c.State, c.SnapStart.OptimizationStatus
		}
		for _, step := range []struct {
			wait  time.Duration
			state types.State
			snap  types.SnapStartOptimizationStatus
		}{
			{2 * time.Minute, types.StatePending, types.SnapStartOptimizationStatusOff},
			{time.Minute, types.StateActive, types.SnapStartOptimizationStatusOn},
		} {
			time.Sleep(step.wait)
			s, snap := state()
			require.Equal(t, step.state, s)
			require.Equal(t, step.snap, snap)
		}
	})
}

func TestInvocationsOfLatestRunOnTheOldConfigurationWhileItIsUpdated(t *testing.T) {
	bubble(t, lambdasim.Options{}, lambdasim.Function{Behavior: steady}, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
		_, err := client.UpdateFunctionConfiguration(context.Background(), &lambda.UpdateFunctionConfigurationInput{
			FunctionName: aws.String("prime"), MemorySize: aws.Int32(1024), Timeout: aws.Int32(9),
			Environment: &types.Environment{Variables: map[string]string{"A": "b"}}, EphemeralStorage: &types.EphemeralStorage{Size: aws.Int32(600)},
		})
		require.NoError(t, err)
		_, tail := invoke(t, client, "")
		require.Contains(t, tail, "Memory Size: 512 MB")
		time.Sleep(2 * time.Second)
		_, tail = invoke(t, client, "")
		require.Contains(t, tail, "Memory Size: 1024 MB")
		require.Contains(t, tail, "Init Duration", "an update makes new sandboxes")
		c := sim.Configuration("prime")
		require.Equal(t, []any{9, 600, "b"}, []any{c.Timeout, c.EphemeralStorage.Size, c.Environment.Variables["A"]})

		sim.SetBehavior("prime", lambdasim.Behavior{Workload: lambdasim.Constant(7)})
		_, tail = invoke(t, client, "")
		require.Contains(t, tail, "\tDuration: 7.00 ms\t")
	})
}
